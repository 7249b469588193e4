using Microsoft.Extensions.DependencyInjection;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Driver.Reference;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench;

/// <summary>Puts a bench together.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>An emulated machine with one SMMU.</summary>
    public static IServiceCollection AddEmulatedMachine(
        this IServiceCollection services,
        Profile profile
    ) => services.AddEmulatedMachine([profile], new());

    /// <summary>An emulated machine with several SMMUs, its trace, its map and its monitor.</summary>
    public static IServiceCollection AddEmulatedMachine(
        this IServiceCollection services,
        IReadOnlyList<Profile> profiles,
        BenchOptions options
    ) =>
        services
            .AddSingleton(
                new Machine(
                    options.Machine with
                    {
                        Smmus = [.. profiles.Select(profile => AsFirmwareSays(profile, options))],
                    }
                )
            )
            .AddSingleton<Trace>()
            .AddSingleton<StructureMap>()
            .AddSingleton(s => new DmaAllocator(
                s.GetRequiredService<Machine>().Memory,
                DmaMemory.Start,
                DmaMemory.End
            ))
            .AddSingleton<Monitor>()
            .AddSingleton<EmulatedSystem>()
            .AddSingleton<DeviceBus>()
            .AddSingleton(s => PlatformsOf(s, options));

    /// <summary>Every monitor rule.</summary>
    public static IServiceCollection AddMonitorRules(this IServiceCollection services)
    {
        foreach (var rule in MonitorRules.All)
            services.AddSingleton(typeof(MonitorRule), rule);
        return services;
    }

    /// <summary>The reference driver, or the <see cref="DriverVariant"/> in use.</summary>
    public static IServiceCollection AddReferenceDriver(this IServiceCollection services) =>
        services.AddSingleton<ISmmuDriver>(_ => DriverVariant.Make() ?? new ReferenceDriver());

    /// <summary>The driver that the environment variable SMMU_DUT names; the reference driver if it is not set.</summary>
    /// <exception cref="Driver.Adapters.DriverFaultException">It names none, or one that cannot be had.</exception>
    public static IServiceCollection AddDriverUnderTest(this IServiceCollection services) =>
        services.AddSingleton<ISmmuDriver>(_ =>
            DriverVariant.Make() ?? PluggedDriver.UnderTest.Create()
        );

    // Whoever wires the machine knows better than IDR0.COHACC whether accesses are coherent.
    private static Profile AsFirmwareSays(Profile profile, BenchOptions options) =>
        profile with
        {
            Coherent = options.FirmwareOf(profile).Coherent,
        };

    private static IReadOnlyList<EmulatedPlatform> PlatformsOf(
        IServiceProvider services,
        BenchOptions options
    ) =>
        [
            .. services
                .GetRequiredService<Machine>()
                .Smmus.Select(smmu => new EmulatedPlatform(
                    services.GetRequiredService<EmulatedSystem>(),
                    smmu,
                    options.FirmwareOf(smmu.Profile),
                    services.GetRequiredService<StructureMap>(),
                    services.GetRequiredService<DeviceBus>(),
                    services.GetRequiredService<Monitor>()
                )),
        ];
}
