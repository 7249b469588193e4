using System.Reflection;

namespace SmmuConformance.Bench;

/// <summary>What an assembly of the user's is to have in it; for messages.</summary>
/// <param name="Kind"><c>driver</c> or <c>model</c>.</param>
/// <param name="Contracts">What a class of it must be, what is preferred first.</param>
/// <param name="Otherwise">What an assembly that is none may be instead, as a sentence; or nothing.</param>
/// <param name="Refused">What is thrown, with message and reason.</param>
internal sealed record PluginRole(
    string Kind,
    IReadOnlyList<Type> Contracts,
    Func<string, string> Otherwise,
    Func<string, Exception?, Exception> Refused
);

/// <summary>Classes in assemblies, each in a load context of its own.</summary>
internal static class PluginAssembly
{
    /// <summary>The class that an assembly has of a kind.</summary>
    /// <param name="role">What is wanted.</param>
    /// <param name="name">What was said to choose it.</param>
    /// <param name="text"><c>path</c> or <c>path,type</c>.</param>
    /// <param name="folder">Where a path starts.</param>
    public static Type Find(PluginRole role, string name, string text, string folder)
    {
        var comma = text.LastIndexOf(',');
        var path = (comma < 0 ? text : text[..comma]).Trim();
        var wanted = comma < 0 ? null : text[(comma + 1)..].Trim();
        return Find(role, name, Types(role, name, Path.Combine(folder, path), path), wanted);
    }

    /// <summary>An instance of a class that was found.</summary>
    /// <param name="role">What is wanted.</param>
    /// <param name="name">What was said to choose it.</param>
    /// <param name="type">The class.</param>
    public static object Make(PluginRole role, string name, Type type)
    {
        try
        {
            return Activator.CreateInstance(type)!;
        }
        catch (TargetInvocationException e)
        {
            throw role.Refused(
                $"{role.Kind} {name}: the constructor of {type.FullName} threw {e.InnerException!.GetType().Name}: {e.InnerException.Message}",
                e.InnerException
            );
        }
    }

    private static Type[] Types(PluginRole role, string name, string path, string typed)
    {
        var full = Path.GetFullPath(path);
        if (!File.Exists(full))
            throw role.Refused(
                $"{role.Kind} {name}: there is no such file (looked for {full}). Build it, or name it from the folder that `dotnet test` is run in.",
                null
            );
        try
        {
            return new PluginLoadContext(full).LoadFromAssemblyPath(full).GetExportedTypes();
        }
        catch (BadImageFormatException e)
        {
            throw role.Refused(
                $"{role.Kind} {name}: {full} is no assembly of .NET.{role.Otherwise(typed)}",
                e
            );
        }
        catch (Exception e)
            when (e
                    is FileLoadException
                        or FileNotFoundException
                        or TypeLoadException
                        or ReflectionTypeLoadException
            )
        {
            throw role.Refused(
                $"{role.Kind} {name}: {full} cannot be loaded: {e.Message} It must be built against this version of the suite, with what it needs beside it (EnableDynamicLoading).",
                e
            );
        }
    }

    private static Type Find(PluginRole role, string name, Type[] types, string? wanted)
    {
        var made = types.Where(IsMade).ToArray();
        Type[] all =
        [
            .. role.Contracts.SelectMany(contract => made.Where(t => t.IsAssignableTo(contract))),
        ];
        var contracts = string.Join(" or ", role.Contracts.Reverse().Select(Article));
        if (wanted is not null)
            return all.FirstOrDefault(t => t.FullName == wanted || t.Name == wanted)
                ?? throw role.Refused(
                    $"{role.Kind} {name}: no public class `{wanted}` with a constructor without parameters is {contracts}. {There(all)}",
                    null
                );
        // What is preferred knows how what is beside it is made.
        var candidates =
            role.Contracts.Select(contract => made.Where(t => t.IsAssignableTo(contract)).ToArray())
                .FirstOrDefault(some => some.Length > 0)
            ?? [];
        return candidates switch
        {
            [var one] => one,
            [] => throw role.Refused(
                $"{role.Kind} {name}: no public class with a constructor without parameters is {contracts}",
                null
            ),
            _ => throw role.Refused(
                $"{role.Kind} {name}: there is more than one {role.Kind}; say which, `assembly:path,type`. {There(candidates)}",
                null
            ),
        };
    }

    private static string Article(Type contract) => $"an {contract.Name}";

    private static bool IsMade(Type type) =>
        type is { IsClass: true, IsAbstract: false }
        && type.GetConstructor(Type.EmptyTypes) is not null;

    private static string There(Type[] types) =>
        types.Length == 0
            ? "There is none at all."
            : $"There are: {string.Join(", ", types.Select(t => t.FullName))}.";
}
