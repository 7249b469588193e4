using System.Collections.Immutable;

namespace SmmuConformance.Architecture.Generator;

/// <summary>An immutable list that compares by content, so that the incremental pipeline can stop early.</summary>
internal readonly struct EquatableList<T>(ImmutableArray<T> items) : IEquatable<EquatableList<T>>
{
    public ImmutableArray<T> Items { get; } = items;

    public bool Equals(EquatableList<T> other) => Items.SequenceEqual(other.Items);

    public override bool Equals(object? obj) => obj is EquatableList<T> other && Equals(other);

    public override int GetHashCode() => Items.Length;
}
