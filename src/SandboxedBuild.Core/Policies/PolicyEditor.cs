using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace SandboxedBuild.Policies;

/// <summary>Puts a rule into the text of a policy file. What people wrote, comments and white space too, stays as it is.</summary>
internal static class PolicyEditor
{
    private const string ByteOrderMark = "\ufeff";

    /// <summary>The text of a new policy file with one rule.</summary>
    /// <param name="rule">The rule, as JSON.</param>
    public static string New(string rule) => $"{{\n  \"$schema\": {RuleText.Text(RuleText.Schema)},\n  \"allow\": [\n    {rule}\n  ]\n}}\n";

    /// <summary>The text with one rule more, behind the others.</summary>
    /// <param name="text">The text of a policy file that is sound.</param>
    /// <param name="rule">The rule, as JSON.</param>
    public static string Add(string text, string rule)
    {
        if (text.StartsWith(ByteOrderMark, StringComparison.Ordinal))
        {
            return ByteOrderMark + Add(text[ByteOrderMark.Length..], rule);
        }

        var (policy, allow) = Containers(text);
        var unit = policy.Unit;
        if (allow is not null)
        {
            return allow.With(rule, allow.IsOnLines || (allow.IsBlank && policy.IsOnLines), unit);
        }

        var onLines = policy.IsOnLines || policy.IsBlank;
        var indentation = policy.NewLine + policy.Indentation(unit);
        return policy.With(onLines ? $"\"allow\": [{indentation}{unit}{rule}{indentation}]" : $"\"allow\": [ {rule} ]", onLines, unit);
    }

    private static (JsonContainer Policy, JsonContainer? Allow) Containers(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        JsonContainer? allow = null;
        reader.Read();
        var open = (int)reader.TokenStartIndex;
        var starts = ImmutableArray.CreateBuilder<int>();
        var end = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            starts.Add((int)reader.TokenStartIndex);
            var isAllow = reader.ValueTextEquals("allow"u8);
            reader.Read();
            if (isAllow)
            {
                allow = List(ref reader, text, bytes);
            }
            else
            {
                reader.Skip();
            }

            end = (int)reader.BytesConsumed;
        }

        return (Container(text, bytes, open, (int)reader.TokenStartIndex, starts, end), allow);
    }

    private static JsonContainer List(ref Utf8JsonReader reader, string text, byte[] bytes)
    {
        var open = (int)reader.TokenStartIndex;
        var starts = ImmutableArray.CreateBuilder<int>();
        var end = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            starts.Add((int)reader.TokenStartIndex);
            reader.Skip();
            end = (int)reader.BytesConsumed;
        }

        return Container(text, bytes, open, (int)reader.TokenStartIndex, starts, end);
    }

    /// <summary>The reader counts bytes, the text has characters.</summary>
    private static JsonContainer Container(string text, byte[] bytes, int open, int close, IEnumerable<int> starts, int end)
    {
        return new(text, CharacterOf(open), CharacterOf(close), [.. starts.Select(CharacterOf)], CharacterOf(end));

        int CharacterOf(int offset) => Encoding.UTF8.GetCharCount(bytes, 0, offset);
    }
}
