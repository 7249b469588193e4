using SmmuConformance.Bench.Models;
using SmmuConformance.Samples.Model;

// The same model as a program of its own, spoken to by docs/model-protocol.md on standard input and output.
using var from = new BufferedStream(Console.OpenStandardInput(), 1 << 16);
using var to = Console.OpenStandardOutput();
using var model = new EmulatedModel();
new ModelServer(from, to, model, [new ModelMemory(0, 1ul << 52)]).Serve();
