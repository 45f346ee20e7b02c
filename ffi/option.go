package ffi

import (
	"fmt"
	"strings"
)

// Option changes how one of this package's functions works. Each option's comment says which functions take it;
// given to another one it is an error, so that no option is ignored silently.
type Option struct {
	name   string
	places use
	set    func(*options)
}

// use is a set of the places that take options.
type use uint8

const (
	forLoad use = 1 << iota // Load
	forFS                   // LoadFS
	forFunc                 // Func, FuncAt, Bind
	forDecl                 // CDef, Header
)

// options is what the options of one call add up to.
type options struct {
	load loadOptions
	fn   funcOptions
	decl declOptions
}

// gather applies the options that a function was given.
func gather(place use, list []Option) (options, error) {
	var all options
	var wrong []string
	for _, o := range list {
		switch {
		case o.set == nil:
			wrong = append(wrong, "the zero Option")
		case o.places&place == 0:
			wrong = append(wrong, o.name)
		default:
			o.set(&all)
		}
	}
	if wrong != nil {
		return options{}, fmt.Errorf("%w: not an option of this function: %s", ErrUsage, strings.Join(wrong, ", "))
	}
	return all, nil
}
