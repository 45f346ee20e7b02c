// Package browsertest drives the pages of package page in a real browser, as a reader does: keys, mouse, addresses, no scripts, narrow windows. It holds
// only tests. They need chromium, and axe-core for what screen readers meet; "npm ci" in this folder fetches the latter (see package.json).
package browsertest
