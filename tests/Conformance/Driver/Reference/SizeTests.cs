using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Driver.Reference;

namespace SmmuConformance.Conformance.Driver;

/// <summary>A large system: which SMMUs are told, and how often, where there are 64 of them.</summary>
public sealed class SizeTests
{
    private const int Smmus = 64;
    private const int Masters = 4096;
    private const int Domains = 1024;
    private const ulong Page = 0x1000;

    [Fact]
    public void Each_unmap_of_a_large_system_reaches_those_who_use_the_domain_and_no_other()
    {
        var memory = new PlainMemory();
        var hardware = Enumerable
            .Range(0, Smmus)
            .Select(_ => new InstantHardware(memory, InstantHardware.Polled))
            .ToArray();
        var driver = new ReferenceDriver();
        var smmus = hardware.Select(one => driver.Probe(one).Value).ToArray();
        var domains = Enumerable
            .Range(0, Domains)
            .Select(_ =>
                driver
                    .CreateDomain(
                        new()
                        {
                            Kind = DomainKind.Paging,
                            Stage = DomainStage.Stage1,
                            Smmus = [.. smmus],
                        }
                    )
                    .Value
            )
            .ToArray();
        // Four masters to a domain, behind SMMUs that follow no pattern.
        var random = new Random(64);
        var users = new HashSet<int>[Domains];
        for (var n = 0; n < Masters; n++)
        {
            var smmu = random.Next(Smmus);
            var master = driver.AddMaster(
                smmus[smmu],
                new() { Name = $"master {n}", Streams = [(uint)n] }
            );
            (users[n % Domains] ??= []).Add(smmu);
            Assert.True(driver.Attach(master.Value, domains[n % Domains]).IsDone);
        }

        for (var n = 0; n < Domains; n++)
        {
            Assert.True(driver.Map(domains[n], Page, Page, Page, Protection.Read).IsDone);
            var before = hardware.Select(one => one.Commands).ToArray();

            Assert.Equal(Page, driver.Unmap(domains[n], Page, Page).Value);

            // One TLBI and one CMD_SYNC for each that uses it, however many masters are behind it.
            for (var smmu = 0; smmu < Smmus; smmu++)
                Assert.Equal(
                    users[n].Contains(smmu) ? 2 : 0,
                    hardware[smmu].Commands - before[smmu]
                );
        }
    }
}
