namespace SmmuConformance.Bench.Qemu;

/// <summary>How QEMU is started.</summary>
internal static class QemuCommandLine
{
    /// <summary>Its arguments.</summary>
    /// <param name="stage">Which stages its SMMU has.</param>
    /// <param name="directory">Where it finds sockets and puts memory and log.</param>
    public static IEnumerable<string> Of(QemuStage stage, string directory) =>
        [
            // Later boards decide themselves which stages there are.
            "-M",
            "virt-9.1,iommu=smmuv3,gic-version=3,highmem-ecam=off,memory-backend=memory",
            "-accel",
            "qtest",
            "-cpu",
            "cortex-a57",
            "-smp",
            "1",
            "-m",
            $"{QemuMap.MemoryBytes >> 30}G",
            "-nodefaults",
            "-display",
            "none",
            "-net",
            "none",
            "-object",
            $"memory-backend-file,id=memory,size={QemuMap.MemoryBytes},share=on,mem-path={directory}/memory",
            "-global",
            $"arm-smmuv3.stage={stage.Name()}",
            .. Devices(),
            "-qtest",
            $"unix:{directory}/qtest",
            "-qtest-log",
            "/dev/null",
            "-qmp",
            $"unix:{directory}/monitor",
            "-trace",
            "smmuv3_translate*",
            "-D",
            $"{directory}/log",
            // If this process is killed, nobody else ends it.
            "-run-with",
            "exit-with-parent=on",
        ];

    private static IEnumerable<string> Devices() =>
        from slot in QemuMap.Slots
        from function in Enumerable.Range(0, 8)
        from argument in new[]
        {
            "-device",
            $"edu,addr={slot:x2}.{function},multifunction=on,dma_mask=0xffffffffffffffff",
        }
        select argument;
}
