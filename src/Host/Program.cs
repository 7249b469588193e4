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
        case ["reference"]:
            var reference = new ReferenceDriver();
            Serve(
                reference.Describe(),
                Facets.OfferedBy(reference),
                static _ => new ReferenceDriver()
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
