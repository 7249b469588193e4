using System.Collections.Immutable;
using System.Reflection;

namespace SmmuConformance.Conformance.Cases;

/// <summary>Every case of an assembly, whatever part of it a run selects.</summary>
public static class Catalogue
{
    private static readonly Lazy<ImmutableArray<CaseDeclaration>> Shared = new(() =>
        Of(
            typeof(Catalogue)
                .Assembly.GetTypes()
                .Where(type => !type.IsDefined(typeof(FixtureAttribute)))
        )
    );

    /// <summary>The cases, by id. Those that stand in fixtures of the suite's own tests are not among them.</summary>
    public static ImmutableArray<CaseDeclaration> Cases => Shared.Value;

    /// <summary>Every execution of the whole catalogue.</summary>
    public static IReadOnlyList<Execution> Executions =>
        [
            .. from declaration in Cases
            from row in Enumerable.Range(0, declaration.Rows.Length)
            from profile in declaration.ProfilesAmong(CaseProfiles.All)
            select new Execution(declaration, row, profile),
        ];

    /// <summary>The cases in the classes given, by id.</summary>
    public static ImmutableArray<CaseDeclaration> Of(IEnumerable<Type> types) =>
        [
            .. types
                .Where(type => type is { IsClass: true, IsAbstract: false })
                .SelectMany(type => type.GetMethods())
                .Where(method => method.IsDefined(typeof(CaseAttribute)))
                .Select(CaseDeclaration.Of)
                .OrderBy(declaration => declaration.Id, StringComparer.Ordinal),
        ];
}

/// <summary>Marks a class whose cases exist to test the suite itself: they are not of the catalogue.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class FixtureAttribute : Attribute;
