// bit-field in a union
union u { float n; int : 3; };
int callee(int a, union u x, int b);

#ifdef CALLEE
int callee(int a, union u x, int b) { return a == 1 && x.n == 2 && b == 3; }
#endif
#ifdef CALLER
int main(void) { union u x = { 2 }; return callee(1, x, 3); }
#endif
