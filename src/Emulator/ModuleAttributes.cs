using System.Runtime.CompilerServices;

// The methods of a walk have many locals, most of them for what goes wrong; to clear them all costs a tenth of a miss.
// Every stackalloc of this assembly is written before it is read.
[module: SkipLocalsInit]
