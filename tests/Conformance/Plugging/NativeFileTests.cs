using System.Runtime.InteropServices;
using SmmuConformance.Bench;

namespace SmmuConformance.Conformance.Plugging;

/// <summary>Files that are no library, and libraries that are no driver.</summary>
public sealed class NativeFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("native")]
    [InlineData("native-in-process")]
    public void A_library_that_is_not_there_is_named(string kind)
    {
        var path = Path.Combine(_folder.Path, "mine.so");

        Scene.MustSay(
            Scene.FaultOfChoosing(() => PluggedDriver.Parse($"{kind}:{path}")),
            $"driver native:{path}: there is no such file (looked for {path}). Build it"
        );
    }

    public static TheoryData<string, byte[], string> NoLibraries =>
        new()
        {
            { "empty", [], "it is empty" },
            { "text", [.. "int main() { }"u8], "it is no library of any kind known here" },
            {
                "archive",
                [.. "!<arch>\n"u8],
                "it is an archive of objects (.a); link it as a shared"
            },
            { "windows", [.. "MZ"u8, 0, 0], "it is a Windows file" },
            { "mach-o", [0xcf, 0xfa, 0xed, 0xfe, 0, 0], "it is a Mach-O file" },
            { "elf-of-power", Elf(machine: 0x15, type: 3), "it is an ELF file for machine 0x15" },
            { "elf-of-risc-v", Elf(machine: 0xf3, type: 3), "it is an ELF file for RISC-V" },
            {
                "object-of-arm",
                Elf(machine: 0x28, type: 1),
                "it is an ELF file for Arm, but an object file; link it as a shared library"
            },
            { "elf-cut-short", [.. Elf(machine: 0x3e, type: 3)[..17]], "it is an ELF file" },
        };

    [Theory]
    [MemberData(nameof(NoLibraries))]
    public void A_file_that_is_no_library_of_this_machine_is_said_to_be_what_it_is(
        string name,
        byte[] bytes,
        string what
    )
    {
        var path = _folder.Write(name, bytes);

        Scene.MustSay(
            Scene.FaultOfChoosing(() => PluggedDriver.Parse($"native-in-process:{path}")),
            $"driver native:{path}: it cannot be loaded: {what}",
            $"this process is {RuntimeInformation.ProcessArchitecture} on ",
            "The loader says: "
        );
    }

    [Fact]
    public void The_child_passes_on_what_is_wrong_with_the_file()
    {
        var path = _folder.Write("mine.so", "int main() { }");

        Scene.MustSay(
            Scene.FaultOfChoosing(() => PluggedDriver.Parse($"native:{path}")),
            $"driver native:{path} ended while starting: it exited with code 3",
            $"driver native:{path}: it cannot be loaded: it is no library of any kind known here"
        );
    }

    [SkippableFact]
    public void An_object_file_is_said_to_be_one()
    {
        var path = BrokenLibrary.ObjectFile(_folder.Path);

        Scene.MustSay(
            Scene.FaultOfChoosing(() => PluggedDriver.Parse($"native-in-process:{path}")),
            $"driver native:{path}: it cannot be loaded: it is "
        );
    }

    [SkippableFact]
    public void A_library_without_the_symbol_is_told_its_name() =>
        Scene.MustSay(
            Scene.FaultOfChoosing(() =>
                PluggedDriver.Parse($"native-in-process:{BrokenLibrary.WithoutSymbol}")
            ),
            $"driver native:{BrokenLibrary.WithoutSymbol}: it exports no `smmu_driver_get`",
            "see that it is visible"
        );

    private static byte[] Elf(byte machine, byte type) =>
        [
            .. "\u007fELF"u8,
            // 64 bits, little-endian, version 1.
            .. new byte[] { 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0 },
            type,
            0,
            machine,
            0,
            .. new byte[44],
        ];
}
