using Microsoft.Extensions.DependencyInjection;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Bench;

/// <summary>
/// How an assembly offers a driver that needs more than a constructor without parameters: it registers an
/// <see cref="ISmmuDriver"/>, and whatever that needs. It is asked once for each machine.
/// </summary>
public interface IDriverPlugin
{
    /// <summary>Registers the driver.</summary>
    void AddDriver(IServiceCollection services);
}
