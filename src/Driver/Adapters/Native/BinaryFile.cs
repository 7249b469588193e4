namespace SmmuConformance.Driver.Adapters.Native;

/// <summary>What a file is, by its first bytes: for who has named the wrong one.</summary>
internal static class BinaryFile
{
    /// <summary>A phrase for messages.</summary>
    public static string Describe(string path)
    {
        var head = new byte[64];
        int length;
        try
        {
            using var file = File.OpenRead(path);
            length = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"it cannot be read ({e.Message})";
        }
        return head switch
        {
            _ when length == 0 => "it is empty",
            [0x7f, (byte)'E', (byte)'L', (byte)'F', ..] => $"it is an ELF file for {Elf(head)}",
            [(byte)'M', (byte)'Z', ..] =>
                "it is a Windows file (an assembly, perhaps: assembly:path)",
            [0xcf, 0xfa, 0xed, 0xfe, ..] or [0xca, 0xfe, 0xba, 0xbe, ..] => "it is a Mach-O file",
            [(byte)'!', (byte)'<', (byte)'a', ..] =>
                "it is an archive of objects (.a); link it as a shared library",
            _ => "it is no library of any kind known here",
        };
    }

    private static string Elf(byte[] head)
    {
        var isRelocatable = head[16] == 1;
        var machine = (head[18] | head[19] << 8) switch
        {
            0x03 => "x86",
            0x28 => "Arm",
            0x3e => "X64",
            0xb7 => "Arm64",
            0xf3 => "RISC-V",
            var other => $"machine 0x{other:x}",
        };
        return isRelocatable
            ? $"{machine}, but an object file; link it as a shared library"
            : machine;
    }
}
