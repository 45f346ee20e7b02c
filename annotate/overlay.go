package annotate

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// readOverlay reads the file of an -overlay flag: JSON with an object Replace, from names of files to those of the files that stand for them, both
// relative to dir; an empty name deletes. No name means no overlay.
func readOverlay(dir, name string) (map[string]string, error) {
	if name == "" {
		return nil, nil
	}
	in := func(name string) (string, error) {
		if name == "" || filepath.IsAbs(name) {
			return name, nil
		}
		return filepath.Abs(filepath.Join(dir, name))
	}
	file, err := in(name)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("overlay: %w", err)
	}
	var content struct{ Replace map[string]string }
	if err := json.Unmarshal(data, &content); err != nil {
		return nil, fmt.Errorf("overlay: %s: %w", name, err)
	}
	overlay := make(map[string]string, len(content.Replace))
	for from, to := range content.Replace {
		if from, err = in(from); err != nil {
			return nil, err
		}
		if overlay[from], err = in(to); err != nil {
			return nil, err
		}
	}
	return overlay, nil
}
