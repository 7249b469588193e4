namespace System.Runtime.CompilerServices;

/// <summary>Lets records and <c>init</c> compile for netstandard2.0, which the compiler demands of generators.</summary>
internal static class IsExternalInit;
