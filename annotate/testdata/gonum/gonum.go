// Package gonum makes gonum's matrices a dependency of this module, so that the tests can annotate them.
package gonum

import _ "gonum.org/v1/gonum/mat"
