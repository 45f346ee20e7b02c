// Package headertest holds the test that compares all layouts in real headers with gcc's.
package headertest
