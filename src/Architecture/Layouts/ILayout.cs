namespace SmmuConformance.Architecture;

/// <summary>A value type over raw 64-bit words whose fields the manual defines.</summary>
/// <typeparam name="TSelf">The structure itself.</typeparam>
public interface ILayout<TSelf>
    where TSelf : struct, ILayout<TSelf>
{
    /// <summary>Every field, in bit order.</summary>
    static abstract Layout Layout { get; }

    /// <summary>The structure held by these words, word 0 first; no bit is checked.</summary>
    static abstract TSelf FromWords(ReadOnlySpan<ulong> words);

    /// <summary>One raw 64-bit word.</summary>
    ulong Word(int index);

    /// <summary>The bits the SMMU reads while this value is live. Every other bit may change freely.</summary>
    TSelf UsedBits();
}

/// <summary>A command of chapter 4.</summary>
/// <typeparam name="TSelf">The command itself.</typeparam>
public interface ICommand<TSelf> : ILayout<TSelf>
    where TSelf : struct, ICommand<TSelf>
{
    /// <summary>Value of bits [7:0].</summary>
    static abstract byte OpcodeOf { get; }
}

/// <summary>An event record of §7.3.</summary>
/// <typeparam name="TSelf">The record itself.</typeparam>
public interface IEvent<TSelf> : ILayout<TSelf>
    where TSelf : struct, IEvent<TSelf>
{
    /// <summary>Value of bits [7:0].</summary>
    static abstract byte IdOf { get; }
}

/// <summary>A register of chapter 6.</summary>
/// <typeparam name="TSelf">The register itself.</typeparam>
public interface IRegister<TSelf> : ILayout<TSelf>
    where TSelf : struct, IRegister<TSelf>
{
    /// <summary>Offset, width, access, guard and reset value.</summary>
    static abstract RegisterInfo Register { get; }
}
