using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

// Which calls wait for one another. Those that change who is attached to what do, all of them. Mapping, unmapping, flushing and
// invalidating do not: they take the gate of a page table or of a command queue for a moment, and read arrays that nobody changes.
public sealed partial class ReferenceDriver
{
    private Gate? _changes;

    private T Alone<T>(Func<T> change)
    {
        // Before the first probe there is nothing to change.
        if (Volatile.Read(ref _changes) is not { } gate)
            return change();
        gate.Enter();
        try
        {
            return change();
        }
        finally
        {
            gate.Leave();
        }
    }
}
