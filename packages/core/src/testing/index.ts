export {
  createFakeOrigin,
  createFakePlatform,
  type FakeOrigin,
  type FakePlatform,
  type FakePlatformOptions,
} from './fake-platform.ts'
export { TEST_SCENARIOS, type TestScenario } from './scenarios.ts'
export {
  createTestPaymentApi,
  type TestPaymentApi,
  type TestPaymentApiOptions,
  type TestRequest,
  type TestWebhook,
} from './test-payment-api.ts'
