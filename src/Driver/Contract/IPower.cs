namespace SmmuConformance.Driver.Contract;

/// <summary>
/// SMMUs that lose their power and get it back. Goes with <see cref="Capabilities.Power"/>. What is attached and mapped
/// outlives the loss; every other call is allowed meanwhile, and none of them touches a register of the SMMU (§3.19).
/// </summary>
public interface IPower
{
    /// <summary>
    /// Makes an SMMU ready to lose its power. Its devices are quiet: they make no access until it is resumed, and ATS and
    /// page requests are off at them when this returns. Page faults that wait have their end: an answer to them is
    /// <see cref="ErrorClass.NotFound"/>.
    /// </summary>
    /// <returns>
    /// <see cref="ErrorClass.Invalid"/> if it is suspended or shut down already, <see cref="ErrorClass.NotFound"/>;
    /// <see cref="ErrorClass.TimedOut"/> if it does not confirm that it is off, and then its power must not be taken:
    /// it is only good for <see cref="ISmmuDriver.Remove"/>, after <see cref="ISmmuDriver.Shutdown"/>.
    /// </returns>
    Outcome Suspend(SmmuHandle smmu);

    /// <summary>
    /// Brings an SMMU up that has its power back: its registers are as after a reset, and its caches may hold anything
    /// (§3.11). What was attached and mapped before or meanwhile is in force when this returns.
    /// </summary>
    /// <returns>
    /// <see cref="ErrorClass.Invalid"/> if it is not suspended, <see cref="ErrorClass.NotFound"/>;
    /// <see cref="ErrorClass.TimedOut"/>, and it stays suspended.
    /// </returns>
    Outcome Resume(SmmuHandle smmu);
}
