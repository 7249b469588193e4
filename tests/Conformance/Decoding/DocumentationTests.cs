using System.Text;
using System.Text.RegularExpressions;
using FluentAssertions;
using SmmuConformance.Bench;

namespace SmmuConformance.Conformance.Decoding;

/// <summary>The examples of the pages are what the program answers, to the letter.</summary>
[Trait("Area", "decoding")]
public sealed partial class DocumentationTests
{
    private static readonly string Page = Path.Combine(Repository.Root, "docs", "decoding.md");

    [Fact]
    public void Every_example_of_the_page_answers_as_it_says()
    {
        var page = File.ReadAllText(Page);
        var log = "";
        var run = 0;

        var answered = Block()
            .Replace(
                page,
                block =>
                {
                    if (block.Groups["kind"].Value == "log")
                    {
                        log = block.Groups["text"].Value;
                        return block.Value;
                    }
                    run++;
                    var line = block.Groups["text"].Value.Split('\n')[0];
                    return $"```console\n{line}\n{Answer(line, log)}```";
                }
            );

        if (Repository.MayAccept)
            File.WriteAllText(Page, answered);
        run.Should().BeGreaterThan(7);
        File.ReadAllText(Page)
            .Should()
            .Be(
                answered,
                "SMMU_ACCEPT_DOCS=1 rewrites the examples when the decoder says otherwise"
            );
    }

    [Fact]
    public void The_least_capture_of_the_page_can_be_read_and_its_errors_are_as_it_says()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "adding-a-capture.md"));
        var text = Regex.Match(page, "```json\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;

        Read(text).Boot.Events.Should().ContainSingle();
        var unknown = () => Read(text.Replace("CR1", "CR9", StringComparison.Ordinal));
        var cut = () => Read(text[..(text.IndexOf("0x74", StringComparison.Ordinal) + 2)]);

        page.Should().Contain(unknown.Should().Throw<CaptureFormatException>().Which.Message);
        var message = cut.Should().Throw<CaptureFormatException>().Which.Message;
        page.Should()
            .Contain(message[..(message.LastIndexOf("IDR5:", StringComparison.Ordinal) + 5)]);

        static SmmuConformance.Bench.Capture Read(string json) =>
            CaptureReader.Read("6.18-mine.json", Encoding.UTF8.GetBytes(json));
    }

    private static string Answer(string line, string log)
    {
        var command = line["$ ".Length..];
        var piped = command.Contains('|') || command.Contains('<');
        command = command.Split('<')[0].Split('|')[^1].Trim();
        string[] args =
        [
            .. Decoded
                .Split(command)
                .Skip(1)
                .Select(arg =>
                    arg.StartsWith("tests/", StringComparison.Ordinal)
                        ? Path.Combine(Repository.Root, arg)
                        : arg
                ),
        ];
        var decoded = piped ? Decoded.Piped(log, args) : Decoded.Of(args);
        var code = decoded.Code == 0 ? "" : $"(exit code {decoded.Code})\n";
        return decoded.Error + decoded.Out + code;
    }

    [GeneratedRegex("```(?<kind>console|log)\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
