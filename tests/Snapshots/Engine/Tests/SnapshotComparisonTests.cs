using System.Text;
using DiffEngine;
using SmmuConformance.Snapshots;
using VerifyTests;

namespace VerifyXunit.Tests;

/// <summary>The protocol of the built-in engine, on files of its own.</summary>
public sealed class SnapshotComparisonTests : IDisposable
{
    private const string Approved = "STE[0]  000000000000000b\n  [0]        V              1\n";
    private const string Other = "STE[0]  000000000000000a\n  [0]        V              0\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("snapshots-").FullName;
    private readonly SnapshotFiles _files;
    private readonly List<(string Received, string Verified)> _shown = [];

    public SnapshotComparisonTests() => _files = new(_folder, "Class.Method_case");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_same_text_passes_and_leaves_one_file()
    {
        await File.WriteAllTextAsync(_files.Verified, Approved);

        await Check(Approved);

        Assert.Equal([_files.Verified], Directory.GetFiles(_folder));
        Assert.Empty(_shown);
    }

    [Fact]
    public async Task A_received_file_of_an_earlier_run_goes_once_the_text_matches()
    {
        await File.WriteAllTextAsync(_files.Verified, Approved);
        await File.WriteAllTextAsync(_files.Received, Other);

        await Check(Approved);

        Assert.False(File.Exists(_files.Received));
    }

    [Fact]
    public async Task Another_text_is_written_shown_and_reported_with_the_way_to_approve_it()
    {
        await File.WriteAllTextAsync(_files.Verified, Approved);

        var failure = await Assert.ThrowsAsync<VerifyException>(() => Check(Other));

        Assert.Equal(Other, await File.ReadAllTextAsync(_files.Received));
        Assert.Equal([(_files.Received, _files.Verified)], _shown);
        Assert.Contains($"{_files.Verified} differs", failure.Message, StringComparison.Ordinal);
        Assert.Contains(
            "-  [0]        V              1\n",
            failure.Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "+  [0]        V              0\n",
            failure.Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            $"\"{_files.Received}\" \"{_files.Verified}\"",
            failure.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_text_nobody_approved_fails_and_is_not_approved_by_that()
    {
        var failure = await Assert.ThrowsAsync<VerifyException>(() => Check(Approved));

        Assert.Contains("does not exist", failure.Message, StringComparison.Ordinal);
        Assert.Contains("+STE[0]  000000000000000b\n", failure.Message, StringComparison.Ordinal);
        Assert.Equal([_files.Received], Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task An_empty_verified_file_is_one_a_diff_tool_made_and_approves_nothing()
    {
        await File.WriteAllTextAsync(_files.Verified, "");

        await Assert.ThrowsAsync<VerifyException>(() => Check(""));
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public async Task Line_ends_are_no_difference(string lineEnd)
    {
        await File.WriteAllTextAsync(
            _files.Verified,
            Approved.Replace("\n", lineEnd, StringComparison.Ordinal)
        );

        await Check(Approved);
        await Check(Approved.Replace("\n", "\r\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_byte_order_mark_is_no_difference_and_never_written()
    {
        await File.WriteAllTextAsync(_files.Verified, Approved, new UTF8Encoding(true));

        await Check(Approved);
        await Assert.ThrowsAsync<VerifyException>(() => Check(Other));

        Assert.Equal((byte)'S', (await File.ReadAllBytesAsync(_files.Received))[0]);
    }

    [Fact]
    public async Task A_missing_newline_at_the_end_is_a_difference_one_can_see()
    {
        await File.WriteAllTextAsync(_files.Verified, Approved.TrimEnd('\n'));

        var failure = await Assert.ThrowsAsync<VerifyException>(() => Check(Approved));

        Assert.Contains("-\\ no newline at the end", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_verified_file_is_never_written_to()
    {
        await File.WriteAllTextAsync(_files.Verified, Approved);
        File.SetAttributes(_files.Verified, FileAttributes.ReadOnly);

        await Assert.ThrowsAsync<VerifyException>(() => Check(Other));

        Assert.Equal(Approved, await File.ReadAllTextAsync(_files.Verified));
        File.SetAttributes(_files.Verified, FileAttributes.Normal);
    }

    [Fact]
    public void A_diff_tool_opens_for_a_developer_and_not_on_a_build_server()
    {
        var detected = BuildServerDetector.Detected;
        try
        {
            BuildServerDetector.Detected = true;
            Assert.False(DiffTool.Wanted);

            BuildServerDetector.Detected = false;
            Assert.True(DiffTool.Wanted);
        }
        finally
        {
            BuildServerDetector.Detected = detected;
        }
    }

    private Task Check(string text) =>
        SnapshotComparison.Check(
            _files,
            text,
            (received, verified) =>
            {
                _shown.Add((received, verified));
                return Task.CompletedTask;
            }
        );
}
