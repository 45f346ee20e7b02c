package main

import (
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
)

// draw writes the counts of a size×size grid as a picture.
func draw(name string, counts []int32, size int, maxiter int32) error {
	img := image.NewRGBA(image.Rect(0, 0, size, size))
	for i, n := range counts {
		img.SetRGBA(i%size, i/size, shade(float64(n)/float64(maxiter)))
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := png.Encode(f, img); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// shade turns 0…1 into a colour from dark blue over orange to white.
func shade(x float64) color.RGBA {
	level := func(x float64) uint8 { return uint8(255 * max(0, min(1, x))) }
	x = math.Sqrt(x)
	return color.RGBA{level(2.2 * x), level(2.4*x - 0.6), level(0.25 + 3*x*x - 1.2*x), 255}
}
