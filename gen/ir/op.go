package ir

// Op is an operation. Its row in the op table holds its name, operands, result, purity and meaning.
type Op uint8

// The operations. T is a type of scalars, possibly with lanes; all operands of an operation have one
// lane count unless said otherwise.
const (
	OpInvalid Op = iota

	// Arithmetic on T, T -> T, rounded or wrapped at T's width. Integer div and rem truncate,
	// MinInt / -1 wraps, a zero divisor must have been excluded by a check.
	OpAdd
	OpSub
	OpMul
	OpDiv
	OpRem    // integers
	OpAnd    // integers, bool, masks
	OpOr     // integers, bool, masks
	OpXor    // integers, bool, masks
	OpAndNot // integers, bool, masks: x &^ y
	OpShl    // integer T, U64 count -> T; a count >= width gives 0
	OpShr    // integer T, U64 count -> T; a count >= width gives 0, or the sign's fill
	OpNeg    // T -> T; of a float it flips the sign bit
	OpNot    // integers, bool, masks: complement

	// Comparison of T, T -> Bool, or with lanes the mask of T's width. IEEE for floats.
	OpEq
	OpNe
	OpLt
	OpLe
	OpGt
	OpGe

	// Go's min and max on T, T -> T: NaN wins, -0 < +0.
	OpMin
	OpMax

	// Float functions, exact. Abs is on all signed types too (MinInt stays).
	OpSqrt
	OpAbs
	OpFloor
	OpCeil
	OpTrunc
	OpCopysign // magnitude, sign: a NaN's sign counts as positive
	OpFma      // x*y + z, rounded once

	OpConv   // numeric T -> U: wraps, saturates (float to integer, NaN to 0), rounds; mask to mask of other width
	OpSelect // Bool or mask, T, T -> T: the first where true; with lanes 1 of any type

	// Pairs.
	OpPair // re, im -> pair
	OpRe   // pair -> float
	OpIm   // pair -> float

	// Lanes.
	OpSplat   // scalar, pair or Bool -> the same in all lanes (Bool gives a mask)
	OpLanes   // -> 0, 1, 2, … in the result's integer type
	OpExtract // T with lanes, Int constant -> scalar of that lane (Bool of a mask)
	OpAny     // mask -> Bool
	OpAll     // mask -> Bool

	// Locals.
	OpGet     // $local -> its value
	OpSet     // $local, value
	OpElem    // $array, Int indexes… -> element, or inner array when fewer indexes than dimensions
	OpSetElem // $array, Int indexes…, value

	// Slices. Memory operations do not check: checks are instructions of their own. load and store
	// index the slice first, then the dimensions of an element that is an array; a partial path loads
	// or stores an inner array. With lanes > 1 and one scalar index, the elements are consecutive.
	OpLen     // slice -> Int
	OpCap     // slice -> Int
	OpNil     // -> nil slice
	OpIsNil   // slice -> Bool
	OpSlice   // slice, low, high, max (Int) -> slice
	OpMake    // length, capacity (Int, checked before) -> slice of zeros
	OpLoad    // slice, Int indexes… -> element, inner array, or Lanes consecutive elements
	OpStore   // slice, Int indexes…, value
	OpMLoad   // slice, Int index, mask -> consecutive elements; a masked-off lane is not accessed and gives 0
	OpMStore  // slice, Int index, value, mask
	OpGather  // slice, Int lanes, mask -> elements
	OpScatter // slice, Int lanes, value, mask; on equal indexes the highest lane stays
	OpZero    // -> the zero value of any type

	// Checks: at the site, the error of its kind with the two values, unless the condition holds.
	OpCheckIndex   // Int index, Int length: 0 <= index < length
	OpCheckBound   // Int x, Int limit: 0 <= x <= limit
	OpCheckNonzero // integer divisor: not 0

	OpCall // @callee, arguments… -> results

	// Control. Bool conditions are scalar.
	OpIf       // condition; Body, Else
	OpFor      // low, high -> counter: Body for low, low+Step, … < high, the trip count fixed at entry
	OpLoop     // Body for ever
	OpBlock    // Body once; break leaves it
	OpBreak    // leaves the for, loop or block Label
	OpContinue // begins the next iteration of the for or loop Label
	OpReturn   // the function's results

	numOps
)
