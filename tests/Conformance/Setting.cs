namespace SmmuConformance.Conformance;

/// <summary>Numbers that the environment sets.</summary>
internal static class Setting
{
    /// <summary>The number of a variable.</summary>
    /// <param name="variable">Its name.</param>
    /// <param name="otherwise">What counts if it is not set.</param>
    /// <exception cref="FormatException">It is set to something else; names it.</exception>
    public static long Number(string variable, long otherwise) =>
        Environment.GetEnvironmentVariable(variable) is not { Length: > 0 } text ? otherwise
        : long.TryParse(text, out var number) ? number
        : throw new FormatException($"{variable}='{text}' is no number");
}
