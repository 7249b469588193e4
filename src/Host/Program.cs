using SmmuConformance.Driver.Adapters;
using SmmuConformance.Driver.Adapters.Native;
using SmmuConformance.Driver.Adapters.Wire;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Driver.Reference;
using SmmuConformance.Host;

// Started by the suite, one for each machine in use. A crash of what is in it ends this process and nothing else.
const string usage = """
    usage: SmmuConformance.Host native <library>    a library that speaks smmu_driver.h (SMMU_DUT=native:<library>)
           SmmuConformance.Host reference           the reference driver, for who looks at the process protocol
           SmmuConformance.Host reference-at-doorbell   the same, but it stores into the memory window and says nothing of it
    It is started by the suite and speaks its process protocol on standard input and output.
    """;

try
{
    switch (args)
    {
        case ["native", var path]:
            var library = NativeLibraryFile.Load(path);
            Serve(
                library.Describe(),
                library.Offered,
                system => new NativeDriver(library, system, WindowPointer.Of(system))
            );
            return 0;
        case ["reference" or "reference-at-doorbell"]:
            var reference = new ReferenceDriver();
            var saysStores = args[0] == "reference";
            Serve(
                reference.Describe() with
                {
                    Observation = saysStores ? Observation.EveryStore : Observation.AtDoorbell,
                },
                Facets.OfferedBy(reference),
                system =>
                {
                    system.SaysStores = saysStores;
                    return new ReferenceDriver();
                }
            );
            return 0;
        default:
            Console.Error.WriteLine(usage);
            return 2;
    }
}
catch (Exception e) when (e is DriverFaultException or WireException or EndOfStreamException)
{
    Console.Error.WriteLine(e.Message);
    return 3;
}

static void Serve(
    DriverDescription description,
    Capabilities offered,
    Func<ServedSystem, ISmmuDriver> create
)
{
    using var from = new BufferedStream(Console.OpenStandardInput(), 1 << 16);
    using var to = ProtocolOutput.Take();
    using var server = new DriverServer(
        from,
        to,
        system =>
        {
            system.Lost = static () => Environment.Exit(3);
            return create(system);
        }
    );
    server.Serve(description, offered);
}
