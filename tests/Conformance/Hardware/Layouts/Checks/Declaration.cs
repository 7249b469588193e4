using System.Collections.Frozen;
using System.Reflection;
using SmmuConformance.Architecture;

namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>One structure as it is declared, found by the manual's name: what its table of fields says, and what its properties do.</summary>
internal abstract class Declaration
{
    private static readonly FrozenDictionary<string, Declaration> ByName = typeof(Layout)
        .Assembly.GetTypes()
        .Where(type => type.IsValueType && type.GetInterfaces().Any(IsLayout))
        .Select(type =>
            (Declaration)Activator.CreateInstance(typeof(Declaration<>).MakeGenericType(type))!
        )
        .ToFrozenDictionary(declaration => declaration.Layout.Name);

    /// <summary>The table of its fields.</summary>
    public abstract Layout Layout { get; }

    /// <summary>The structure of that name, or null.</summary>
    public static Declaration? Find(string structure) => ByName.GetValueOrDefault(structure);

    /// <summary>The field of that name in its table, or null.</summary>
    public Field? Field(string name) => Layout.Fields.FirstOrDefault(field => field.Name == name);

    /// <summary>What the property of that name makes of raw words.</summary>
    public abstract object Get(string field, ReadOnlySpan<ulong> words);

    /// <summary>Raw words in which only that property was set, to as many ones as the field is wide; null if it cannot be set.</summary>
    public abstract ulong[]? Fill(Field field);

    private static bool IsLayout(Type contract) =>
        contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(ILayout<>);
}

/// <summary>The same, of one type.</summary>
/// <typeparam name="T">The type that declares it.</typeparam>
internal sealed class Declaration<T> : Declaration
    where T : struct, ILayout<T>
{
    /// <inheritdoc/>
    public override Layout Layout => T.Layout;

    /// <inheritdoc/>
    public override object Get(string field, ReadOnlySpan<ulong> words) =>
        Property(field).GetValue(T.FromWords(words))!;

    /// <inheritdoc/>
    public override ulong[]? Fill(Field field)
    {
        var property = Property(field.Name);
        if (!property.CanWrite)
            return null;
        object filled = T.FromWords(new ulong[T.Layout.WordCount]);
        property.SetValue(filled, RawValue.To(property.PropertyType, RawValue.Ones(field)));
        return [.. Enumerable.Range(0, T.Layout.WordCount).Select(((T)filled).Word)];
    }

    private static PropertyInfo Property(string field) =>
        typeof(T).GetProperty(field)
        ?? throw new KeyNotFoundException($"{typeof(T).Name} has no property {field}");
}
