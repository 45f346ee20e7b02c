//go:build !noffi

//lint:file-ignore U1000 The assembly files use these.

package sys

// Libraries of both C run times are common, and which one a function uses cannot be known: the trampoline asks both.
var (
	errnoUCRT   = errnoOf(ucrt)
	errnoMSVCRT = errnoOf(msvcrt)
)
