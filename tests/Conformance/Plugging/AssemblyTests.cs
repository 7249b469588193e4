using SmmuConformance.Bench;

namespace SmmuConformance.Conformance.Plugging;

/// <summary>Assemblies that are none, and drivers in them that cannot be made.</summary>
public sealed class AssemblyTests : IDisposable
{
    private const string Driver = """
        public sealed class Mine : IDriverPlugin
        {
            public void AddDriver(IServiceCollection services) =>
                services.AddSingleton<ISmmuDriver>(_ => new ReferenceDriver());
        }
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_plug_in_makes_a_driver_that_works() =>
        Scene.MustWork(PluggedDriver.Parse($"assembly:{CompiledAssembly.Of(_folder, Driver)}"));

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var path = Path.Combine(_folder.Path, "mine.dll");

        MustSay(path, $"there is no such file (looked for {path})", "Build it");
    }

    [Theory]
    [InlineData("")]
    [InlineData("Once upon a time there was no assembly.")]
    [InlineData("\u007fELF")]
    [InlineData("MZ")]
    public void A_file_that_is_no_assembly_is_named(string text)
    {
        var path = _folder.Write("mine.dll", text);

        MustSay(path, $"{path} is no assembly of .NET", $"A library in C is `native:{path}`");
    }

    [Fact]
    public void An_assembly_without_a_driver_is_told_what_is_missing() =>
        MustSay(
            CompiledAssembly.Of(
                _folder,
                """
                public sealed class Other;
                internal sealed class Hidden : IDriverPlugin { public void AddDriver(IServiceCollection services) { } }
                public abstract class Half : IDriverPlugin { public abstract void AddDriver(IServiceCollection services); }
                public sealed class Needy(int number) : IDriverPlugin { public void AddDriver(IServiceCollection services) => _ = number; }
                """
            ),
            "no public class with a constructor without parameters is an ISmmuDriver or an IDriverPlugin"
        );

    [Fact]
    public void Of_two_drivers_one_must_be_chosen_and_both_are_named()
    {
        var path = CompiledAssembly.Of(
            _folder,
            $"{Driver}\n{Driver.Replace("Mine", "Yours", StringComparison.Ordinal)}"
        );

        MustSay(
            path,
            "there is more than one driver; say which, `assembly:path,type`",
            "There are: Mine, Yours."
        );
        Scene.MustWork(PluggedDriver.Parse($"assembly:{path},Yours"));
    }

    [Fact]
    public void A_type_that_does_not_exist_is_answered_with_those_that_do() =>
        MustSay(
            $"{CompiledAssembly.Of(_folder, Driver)},Minw",
            "no public class `Minw` with a constructor without parameters",
            "There are: Mine."
        );

    [Fact]
    public void A_constructor_that_throws_is_named_with_what_it_threw() =>
        MustSay(
            CompiledAssembly.Of(
                _folder,
                """
                public sealed class Mine : IDriverPlugin
                {
                    public Mine() => throw new InvalidOperationException("no licence");
                    public void AddDriver(IServiceCollection services) { }
                }
                """
            ),
            "the constructor of Mine threw InvalidOperationException: no licence"
        );

    [Theory]
    [InlineData("throw new FormatException(\"bad table\")")]
    [InlineData(
        "services.AddSingleton<ISmmuDriver>(_ => throw new FormatException(\"bad table\"))"
    )]
    public void A_plug_in_that_throws_is_named_with_what_it_threw(string act) =>
        MustSay(
            CompiledAssembly.Of(_folder, Plugin(act)),
            "Mine makes no driver: AddDriver, or the making of what it registers, threw FormatException: bad table"
        );

    [Fact]
    public void A_plug_in_that_registers_nothing_is_told_what_it_must() =>
        MustSay(
            CompiledAssembly.Of(_folder, Plugin("services.AddSingleton(\"no driver\")")),
            "Mine registers no ISmmuDriver. AddDriver must add one"
        );

    private static string Plugin(string act) =>
        $$"""
            public sealed class Mine : IDriverPlugin
            {
                public void AddDriver(IServiceCollection services) => {{act}};
            }
            """;

    private static void MustSay(string path, params ReadOnlySpan<string> parts)
    {
        var text = Scene.FaultOfChoosing(() => PluggedDriver.Parse($"assembly:{path}"));
        Assert.StartsWith($"driver assembly:{path}: ", text, StringComparison.Ordinal);
        Scene.MustSay(text, parts);
    }
}
