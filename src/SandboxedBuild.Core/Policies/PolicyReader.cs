using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using SandboxedBuild.Diagnostics;

namespace SandboxedBuild.Policies;

/// <summary>Reads a policy file, strictly: a key that is not known might be a mistyped one that was to forbid something.</summary>
internal static class PolicyReader
{
    private static readonly JsonReaderOptions s_options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public static Policy Read(string file, ReadOnlySpan<byte> text)
    {
        if (text.StartsWith(Encoding.UTF8.Preamble))
        {
            text = text[Encoding.UTF8.Preamble.Length..];
        }

        var reader = new Utf8JsonReader(text, s_options);
        try
        {
            return new(file, ReadRoot(ref reader));
        }
        catch (JsonException e)
        {
            throw InputDiagnostics.InvalidPolicy(file, (int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1, e.Message.Split(" LineNumber:")[0].TrimEnd('.')).AsException();
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            var (line, column) = Position(text, (int)reader.TokenStartIndex);
            throw InputDiagnostics.InvalidPolicy(file, line, column, e.Message).AsException();
        }
    }

    private static ImmutableArray<AllowRule> ReadRoot(ref Utf8JsonReader reader)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var rules = ImmutableArray<AllowRule>.Empty;
        Next(ref reader, JsonTokenType.StartObject, "the policy");
        while (NextProperty(ref reader, seen) is { } name)
        {
            switch (name)
            {
                case "$schema":
                    NextText(ref reader, name);
                    break;
                case "allow":
                    rules = ReadRules(ref reader);
                    break;
                default:
                    throw new FormatException($"\"{name}\" is not known; known are \"$schema\" and \"allow\"");
            }
        }

        reader.Read();
        return rules;
    }

    private static ImmutableArray<AllowRule> ReadRules(ref Utf8JsonReader reader)
    {
        var rules = ImmutableArray.CreateBuilder<AllowRule>();
        Next(ref reader, JsonTokenType.StartArray, "\"allow\"");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Expect(reader, JsonTokenType.StartObject, "a rule");
            rules.Add(ReadRule(ref reader));
        }

        return rules.DrainToImmutable();
    }

    private static AllowRule ReadRule(ref Utf8JsonReader reader)
    {
        string? target = null;
        string? project = null;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (NextProperty(ref reader, seen) is { } name)
        {
            switch (name)
            {
                case "target":
                    target = NextText(ref reader, name);
                    break;
                case "project":
                    project = NextText(ref reader, name);
                    break;
                default:
                    throw new FormatException($"\"{name}\" is not known in a rule; known are \"target\" and \"project\"");
            }
        }

        return target is null ? throw new FormatException("the rule names no \"target\"") : new(target, project);
    }

    private static string? NextProperty(ref Utf8JsonReader reader, HashSet<string> seen)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.PropertyName)
        {
            return null;
        }

        var name = reader.GetString()!;
        return seen.Add(name) ? name : throw new FormatException($"\"{name}\" is given twice");
    }

    private static string NextText(ref Utf8JsonReader reader, string name)
    {
        Next(ref reader, JsonTokenType.String, $"\"{name}\"");
        return reader.GetString() is { Length: > 0 } text ? text : throw new FormatException($"\"{name}\" is empty");
    }

    private static void Next(ref Utf8JsonReader reader, JsonTokenType type, string what)
    {
        reader.Read();
        Expect(reader, type, what);
    }

    private static void Expect(in Utf8JsonReader reader, JsonTokenType type, string what)
    {
        if (reader.TokenType != type)
        {
            throw new FormatException($"{what} must be {type switch { JsonTokenType.StartObject => "an object", JsonTokenType.StartArray => "a list", _ => "text" }}");
        }
    }

    private static (int Line, int Column) Position(ReadOnlySpan<byte> text, int offset)
    {
        var before = text[..Math.Min(offset, text.Length)];
        return (before.Count((byte)'\n') + 1, before.Length - before.LastIndexOf((byte)'\n'));
    }
}
