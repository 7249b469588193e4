using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench;

/// <summary>The hardware a capture was taken on, as the kernel could see it.</summary>
public static class CapturedProfile
{
    /// <summary>An SMMU with the ID registers that stand in a capture.</summary>
    public static Profile Of(Capture capture) =>
        new()
        {
            Name = capture.Name,
            Reason = capture.Notes,
            IDR0 = new Idr0(capture.Register("IDR0")),
            IDR1 = new Idr1(capture.Register("IDR1")),
            IDR2 = new Idr2(capture.Register("IDR2")),
            IDR3 = new Idr3(capture.Register("IDR3")),
            IDR4 = new Idr4(capture.Register("IDR4")),
            IDR5 = new Idr5(capture.Register("IDR5")),
            IIDR = new Iidr(capture.Register("IIDR")),
            AIDR = new Aidr(capture.Register("AIDR")),
            GBPA = new Gbpa(capture.Register("GBPA")),
            // The device tree says so in every run, whatever IDR0.COHACC was made to say.
            Coherent = true,
        };
}
