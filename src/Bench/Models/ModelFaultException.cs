namespace SmmuConformance.Bench.Models;

/// <summary>
/// A model cannot be had, or has broken the agreement about requests: it died, hung, or answered what is no answer. The message names
/// it, what it was doing, and the remedy.
/// </summary>
/// <param name="message">All of that.</param>
/// <param name="inner">How it was found.</param>
public class ModelFaultException(string message, Exception? inner = null)
    : Exception(message, inner);
