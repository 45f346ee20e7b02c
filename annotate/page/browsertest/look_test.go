package browsertest

import "testing"

func TestLook(t *testing.T) {
	p := open(t, sample(t), "")
	p.shot("overview")
	p.keys("j")
	p.want(`document.activeElement.className`, "place")
}
