namespace SmmuConformance.Driver.Contract;

/// <summary>How an operation without a result ended. The default value is success.</summary>
/// <param name="Error">The reason of a refusal, or <see cref="ErrorClass.None"/>.</param>
public readonly record struct Outcome(ErrorClass Error)
{
    /// <summary>The operation was carried out.</summary>
    public static Outcome Done => default;

    /// <summary>True if the operation was carried out.</summary>
    public bool IsDone => Error == ErrorClass.None;

    /// <summary>A refusal.</summary>
    public static implicit operator Outcome(ErrorClass error) => new(error);

    /// <inheritdoc/>
    public override string ToString() => IsDone ? "done" : $"refused: {Error} ({(byte)Error})";
}

/// <summary>How an operation with a result ended.</summary>
/// <typeparam name="T">The result.</typeparam>
public readonly record struct Outcome<T>
{
    private readonly T? _value;

    /// <summary>Success with a result.</summary>
    public Outcome(T value) => _value = value;

    /// <summary>A refusal.</summary>
    public Outcome(ErrorClass error) => Error = error;

    /// <summary>The reason of a refusal, or <see cref="ErrorClass.None"/>.</summary>
    public ErrorClass Error { get; }

    /// <summary>True if the operation was carried out.</summary>
    public bool IsDone => Error == ErrorClass.None;

    /// <summary>The result.</summary>
    /// <exception cref="InvalidOperationException">The operation was refused.</exception>
    public T Value =>
        IsDone
            ? _value!
            : throw new InvalidOperationException(
                $"no result: the operation was refused ({Error})"
            );

    /// <summary>Success with a result.</summary>
    public static implicit operator Outcome<T>(T value) => new(value);

    /// <summary>A refusal.</summary>
    public static implicit operator Outcome<T>(ErrorClass error) => new(error);

    /// <summary>The same ending without the result.</summary>
    public Outcome WithoutResult => new(Error);

    /// <inheritdoc/>
    public override string ToString() =>
        IsDone ? $"done: {_value}" : $"refused: {Error} ({(byte)Error})";
}
