#!/usr/bin/env node
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A small font with Chinese characters comes with it (1.8 MB): screenshots would show boxes, and lines would break elsewhere. */
const APT_PACKAGES = ['chromium', 'fonts-liberation', 'fonts-droid-fallback']

const REMEDY =
  'No Chromium found: install Chromium or Google Chrome, or set CHROMIUM_PATH to its executable (Debian: apt-get install chromium)'

/**
 * The path of a Chromium-based browser on this machine: `CHROMIUM_PATH`, the usual places, the browsers that Playwright
 * downloaded.
 * @param {NodeJS.ProcessEnv} [env]
 * @param {NodeJS.Platform} [platform]
 * @returns {string}
 * @throws {Error} when there is none, saying what to install, or when `CHROMIUM_PATH` names no executable
 */
export function findChromium(env = process.env, platform = process.platform) {
  const chosen = env['CHROMIUM_PATH']
  if (chosen) {
    if (isExecutable(chosen)) return chosen
    throw new Error(`CHROMIUM_PATH is ${chosen}, which is not an executable file: correct or unset it`)
  }
  const found = candidates(env, platform).find(isExecutable)
  if (found === undefined) throw new Error(REMEDY)
  return found
}

/**
 * Like `findChromium`, but installs Chromium first where that needs no question: with apt, as root.
 * @returns {string}
 * @throws {Error} when there is none and none can be installed, saying what to install
 */
export function ensureChromium() {
  try {
    return findChromium()
  } catch (error) {
    if (process.env['CHROMIUM_PATH'] || process.platform !== 'linux' || process.getuid?.() !== 0) throw error
    if (!onPath('apt-get', process.env)) throw error
    installWithApt()
    return findChromium()
  }
}

function installWithApt() {
  console.log(`Installing ${APT_PACKAGES.join(', ')} with apt-get…`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const commands = [
    ['update', '--quiet'],
    ['install', '--yes', '--quiet', '--no-install-recommends', ...APT_PACKAGES],
  ]
  for (const args of commands) {
    const { status, stdout, stderr } = spawnSync('apt-get', args, {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
    })
    // A broken mirror fails the update but not always the install: what decides is whether there is a browser in the end.
    if (status !== 0)
      process.stderr.write(`apt-get ${args.join(' ')} failed:\n${stdout ?? ''}${stderr ?? ''}\n`)
  }
}

/** @param {NodeJS.ProcessEnv} env @param {NodeJS.Platform} platform @returns {string[]} */
function candidates(env, platform) {
  const home = env['HOME'] ?? homedir()
  if (platform === 'darwin') {
    const apps = ['/Applications', join(home, 'Applications')]
    const names = ['Google Chrome', 'Chromium', 'Microsoft Edge']
    return [
      ...names.flatMap((name) =>
        apps.map((folder) => join(folder, `${name}.app`, 'Contents', 'MacOS', name)),
      ),
      ...playwrightBrowsers(
        env['PLAYWRIGHT_BROWSERS_PATH'] ?? join(home, 'Library', 'Caches', 'ms-playwright'),
      ),
    ]
  }
  if (platform === 'win32') {
    const roots = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']].filter(
      (root) => root !== undefined,
    )
    const programs = [
      'Google\\Chrome\\Application\\chrome.exe',
      'Chromium\\Application\\chrome.exe',
      'Microsoft\\Edge\\Application\\msedge.exe',
    ]
    return [
      ...programs.flatMap((program) => roots.map((root) => join(root, program))),
      ...playwrightBrowsers(
        env['PLAYWRIGHT_BROWSERS_PATH'] ?? join(env['LOCALAPPDATA'] ?? home, 'ms-playwright'),
      ),
    ]
  }
  const names = [
    'chromium',
    'chromium-browser',
    'google-chrome',
    'google-chrome-stable',
    'chrome',
    'microsoft-edge',
  ]
  return [
    ...names.map((name) => onPath(name, env)).filter((path) => path !== undefined),
    ...names.map((name) => join('/usr/bin', name)),
    '/opt/google/chrome/chrome',
    '/snap/bin/chromium',
    ...playwrightBrowsers(env['PLAYWRIGHT_BROWSERS_PATH'] ?? join(home, '.cache', 'ms-playwright')),
  ]
}

/** Newest first. @param {string} folder */
function playwrightBrowsers(folder) {
  if (!existsSync(folder)) return []
  const programs = [
    ['chrome-linux64', 'chrome'],
    ['chrome-linux', 'chrome'],
    ['chrome-mac-arm64', 'Google Chrome for Testing.app', 'Contents', 'MacOS', 'Google Chrome for Testing'],
    ['chrome-mac', 'Chromium.app', 'Contents', 'MacOS', 'Chromium'],
    ['chrome-win64', 'chrome.exe'],
    ['chrome-win', 'chrome.exe'],
  ]
  return readdirSync(folder)
    .filter((name) => /^chromium-\d+$/.test(name))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .flatMap((name) => programs.map((program) => join(folder, name, ...program)))
}

/** @param {string} name @param {NodeJS.ProcessEnv} env */
function onPath(name, env) {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder.startsWith(sep))
  return folders.map((folder) => join(folder, name)).find(isExecutable)
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(process.argv.includes('--install') ? ensureChromium() : findChromium())
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
