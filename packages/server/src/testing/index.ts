export { type DescribeProviderOptions, describeProvider, type ProviderSubject } from './describe-provider.ts'
