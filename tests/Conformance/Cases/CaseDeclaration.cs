using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using SmmuConformance.Emulator;
using Xunit.Abstractions;

namespace SmmuConformance.Conformance.Cases;

/// <summary>
/// One case as its attributes declare it, read by reflection once a method; executions share it and use none.
/// </summary>
public sealed class CaseDeclaration
{
    private static readonly ConcurrentDictionary<MethodInfo, CaseDeclaration> Declared = new();

    private readonly ImmutableArray<AppliesWhereAttribute> _where;
    private readonly ImmutableArray<Func<Profile, string?>> _predicates;
    private readonly MethodInvoker _invoker;
    private readonly ConstructorInvoker _constructor;
    private readonly ParameterInfo[] _constructorParameters;

    private CaseDeclaration(MethodInfo method)
    {
        Method = method;
        Attribute =
            method.GetCustomAttribute<CaseAttribute>()
            ?? throw new ArgumentException($"{method.Name} is not a case", nameof(method));
        Area = Areas.Of(Attribute.Id);
        Title = method.Name.Replace('_', ' ');
        _where = [.. method.GetCustomAttributes<AppliesWhereAttribute>()];
        _predicates =
        [
            .. method.GetCustomAttributes<AppliesIfAttribute>().Select(a => Predicate(a.Method)),
            .. method
                .GetCustomAttributes<NotOnAttribute>()
                .Select(a => (Func<Profile, string?>)a.Refusal),
        ];
        _invoker = MethodInvoker.Create(method);
        if (method.ReflectedType!.GetConstructors() is not [var constructor])
            throw Mistake("stands in a class that has not exactly one public constructor");
        _constructor = ConstructorInvoker.Create(constructor);
        _constructorParameters = constructor.GetParameters();
        Rows = ReadRows();
        CheckSignature();
        CheckRules();
    }

    /// <summary>The method.</summary>
    public MethodInfo Method { get; }

    /// <summary>What the method's <see cref="CaseAttribute"/> says.</summary>
    public CaseAttribute Attribute { get; }

    /// <summary>Stable, dotted.</summary>
    public string Id => Attribute.Id;

    /// <summary>First segment of the id; two for hardware cases.</summary>
    public string Area { get; }

    /// <summary>The case holds the emulator to the manual, and no driver.</summary>
    public bool IsAboutHardware => Area.StartsWith("hw.", StringComparison.Ordinal);

    /// <summary>The method's name with spaces.</summary>
    public string Title { get; }

    /// <summary>The rows, or one null if the case has none.</summary>
    public ImmutableArray<object?> Rows { get; }

    /// <summary>True if the case takes rows.</summary>
    public bool HasRows => Method.IsDefined(typeof(RowsAttribute));

    /// <summary>The declaration of a method.</summary>
    /// <exception cref="ArgumentException">The attributes, the rows or the signature are not well formed.</exception>
    public static CaseDeclaration Of(MethodInfo method) =>
        Declared.GetOrAdd(method, static m => new CaseDeclaration(m));

    /// <summary>The id with the row's variant: <c>probe.oas@48</c>.</summary>
    public string IdOf(int row) => HasRows ? $"{Id}@{Rows[row]}" : Id;

    /// <summary>What an execution with that row proves: the rules of the row if it has its own, else all of the case's.</summary>
    public ImmutableArray<string> RulesOf(int row) =>
        Rows[row] is IRuleRow { Rules: var rules } ? rules : Attribute.Rules;

    /// <summary>The profiles it runs on, of those there are: all, or one (<see cref="OncePerRunAttribute"/>).</summary>
    public IReadOnlyList<Profile> ProfilesAmong(IReadOnlyList<Profile> profiles) =>
        Method.IsDefined(typeof(OncePerRunAttribute))
            ? [profiles.FirstOrDefault(profile => Refusal(profile) is null) ?? profiles[0]]
            : profiles;

    /// <summary>Which field or property of a profile rules the case out, or null.</summary>
    public string? Refusal(Profile profile)
    {
        foreach (var where in _where)
            if (where.Refusal(profile) is { } reason)
                return reason;
        foreach (var predicate in _predicates)
            if (predicate(profile) is { } reason)
                return reason;
        return null;
    }

    /// <summary>By these <c>dotnet test --filter</c> selects, beside the id with the row; also of a case that is not well formed.</summary>
    public static Dictionary<string, List<string>> TraitsOf(CaseAttribute attribute) =>
        new(StringComparer.OrdinalIgnoreCase)
        {
            ["Area"] = [Areas.OfMalformed(attribute.Id)],
            ["Case"] = [attribute.Id],
            ["Level"] = [attribute.Level.ToString().ToLowerInvariant()],
            ["Rule"] = [.. attribute.Rules],
            ["Set"] = [.. CaseSets.Of(attribute.Id)],
        };

    /// <summary>Makes an instance of the case's class.</summary>
    /// <param name="fixtures">What xunit made for the constructor.</param>
    /// <param name="output">Takes the place of xunit's own, which exists once a class and not once an execution.</param>
    public object Create(object[] fixtures, ITestOutputHelper output)
    {
        var arguments = new object?[_constructorParameters.Length];
        for (var i = 0; i < arguments.Length; i++)
            arguments[i] =
                _constructorParameters[i].ParameterType == typeof(ITestOutputHelper)
                    ? output
                    : fixtures[i];
        return _constructor.Invoke(arguments.AsSpan());
    }

    /// <summary>Runs the case's method.</summary>
    public void Invoke(object instance, Profile profile, int row)
    {
        if (HasRows)
            _invoker.Invoke(instance, profile, Rows[row]);
        else
            _invoker.Invoke(instance, profile);
    }

    private ImmutableArray<object?> ReadRows()
    {
        if (Method.GetCustomAttribute<RowsAttribute>() is not { } rows)
            return [null];
        var member =
            Method.ReflectedType!.GetProperty(
                rows.Member,
                BindingFlags.Static
                    | BindingFlags.Public
                    | BindingFlags.NonPublic
                    | BindingFlags.FlattenHierarchy
            ) ?? throw Mistake($"has no static property {rows.Member} for its rows");
        var values = ((IEnumerable)member.GetValue(null)!).Cast<object?>().ToImmutableArray();
        if (values.IsEmpty)
            throw Mistake($"has no rows in {rows.Member}");
        if (values.Select(v => v?.ToString()).Distinct().Count() != values.Length)
            throw Mistake($"has rows in {rows.Member} that print alike");
        return values;
    }

    private Func<Profile, string?> Predicate(string name) =>
        Method
            .ReflectedType!.GetMethod(
                name,
                BindingFlags.Static
                    | BindingFlags.Public
                    | BindingFlags.NonPublic
                    | BindingFlags.FlattenHierarchy,
                [typeof(Profile)]
            )
            ?.CreateDelegate<Func<Profile, string?>>()
        ?? throw Mistake($"has no static method 'string? {name}(Profile)'");

    private void CheckSignature()
    {
        var parameters = Method.GetParameters();
        var fits =
            Method.ReturnType == typeof(void)
            && !Method.IsStatic
            && parameters.Length == (HasRows ? 2 : 1)
            && parameters[0].ParameterType == typeof(Profile)
            && (!HasRows || Rows.All(parameters[1].ParameterType.IsInstanceOfType));
        if (!fits)
            throw Mistake(
                HasRows
                    ? "must be 'void (Profile, row)' with rows of that type"
                    : "must be 'void (Profile)'"
            );
    }

    // A rule that only the attribute cites would count as proved by nothing, one that only a row has would not count.
    private void CheckRules()
    {
        if (!Rows.Any(row => row is IRuleRow))
            return;
        var proved = Rows.SelectMany((_, row) => RulesOf(row)).ToHashSet();
        if (proved.Except(Attribute.Rules).FirstOrDefault() is { } uncited)
            throw Mistake($"has a row for {uncited}, which it does not cite");
        if (Attribute.Rules.Except(proved).FirstOrDefault() is { } unproved)
            throw Mistake($"cites {unproved} and has no row for it");
    }

    private ArgumentException Mistake(string what) =>
        new($"{Attribute.Id}: {Method.ReflectedType!.Name}.{Method.Name} {what}");
}
