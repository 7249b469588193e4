using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using SmmuConformance.Perf.Comparison;

if (args is ["compare", .. var rest])
{
    Table.Print(Console.Out, string.Join(' ', rest));
    return;
}

if (args is ["ways", .. var drivers])
{
    Ways.Print(Console.Out, drivers);
    return;
}

// In this process: what counts are ratios within one run, and no second project has to be generated and built.
var config = DefaultConfig.Instance.AddJob(
    Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance)
);
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
