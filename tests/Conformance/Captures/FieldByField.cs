using System.Collections.Concurrent;
using System.Reflection;
using SmmuConformance.Architecture;

namespace SmmuConformance.Conformance.Captures;

/// <summary>Builds a value anew from nothing but its declared fields: what no field declares is lost.</summary>
internal static class FieldByField
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Known = new();

    /// <summary>A new value into which every field was set that could be read from the old one.</summary>
    public static T Rebuild<T>(T value)
        where T : struct, ILayout<T>
    {
        // Boxed once: the setters are init-only and must all meet the same copy.
        object built = Activator.CreateInstance<T>();
        object old = value;
        foreach (var field in Known.GetOrAdd(typeof(T), _ => Settable(T.Layout, typeof(T))))
            field.SetValue(built, field.GetValue(old));
        return (T)built;
    }

    // The number of a command is set by its constructor.
    private static PropertyInfo[] Settable(Layout layout, Type type) =>
        [
            .. layout
                .Fields.Select(field => type.GetProperty(field.Name)!)
                .Where(property => property.CanWrite),
        ];
}
