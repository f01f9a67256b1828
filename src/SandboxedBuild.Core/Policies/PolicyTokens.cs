using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace SandboxedBuild.Policies;

/// <summary>The tokens of a policy file, one after the other; each that is not what it must be is a mistake at its place.</summary>
/// <param name="text">The file's bytes, without a byte order mark.</param>
internal ref struct PolicyTokens(ReadOnlySpan<byte> text)
{
    private readonly ReadOnlySpan<byte> _text = text;
    private Utf8JsonReader _reader = new(text, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });

    /// <summary>Where the current token begins, in bytes.</summary>
    public readonly int Offset => (int)_reader.TokenStartIndex;

    /// <summary>A mistake at the current token.</summary>
    public readonly PolicyMistakeException Mistake(string reason) => new(Offset, reason);

    /// <summary>The line and column of an offset, from 1; columns count characters, as editors do.</summary>
    public readonly (int Line, int Column) Position(int offset)
    {
        var before = _text[..Math.Clamp(offset, 0, _text.Length)];
        return (before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]) + 1);
    }

    /// <summary>The position of the beginning of a line and a number of bytes, as the reader tells them, from 0.</summary>
    public readonly (int Line, int Column) Position(long line, long bytes)
    {
        var start = 0;
        for (var skipped = 0; skipped < line; skipped++)
        {
            start += _text[start..].IndexOf((byte)'\n') + 1;
        }

        return Position(start + (int)bytes);
    }

    /// <summary>Goes on to the next token, which must be an object.</summary>
    public void BeginObject(string what) => Next(JsonTokenType.StartObject, what, "an object");

    /// <summary>Goes on to the next token, which must be a list.</summary>
    public void BeginList(string what) => Next(JsonTokenType.StartArray, what, "a list");

    /// <summary>Goes on in a list; false at its end.</summary>
    public bool NextElement() => _reader.Read() && _reader.TokenType != JsonTokenType.EndArray;

    /// <summary>The current token must be an object.</summary>
    public readonly void ExpectObject(string what) => Expect(JsonTokenType.StartObject, what, "an object");

    /// <summary>Goes on to the next key of an object; null at its end.</summary>
    /// <param name="seen">The keys that were there already.</param>
    /// <param name="known">Those that may be there.</param>
    /// <param name="where">What the object is, for the message.</param>
    public string? NextKey(HashSet<string> seen, ImmutableArray<string> known, string where)
    {
        if (!_reader.Read() || _reader.TokenType != JsonTokenType.PropertyName)
        {
            return null;
        }

        var key = _reader.GetString()!;
        return !known.Contains(key, StringComparer.Ordinal) ? throw Mistake($"\"{key}\" is not known in {where}; known are {string.Join(", ", known.Select(static name => $"\"{name}\""))}")
            : seen.Add(key) ? key
            : throw Mistake($"\"{key}\" is given twice in {where}");
    }

    /// <summary>Goes on to the next token, which must be text.</summary>
    public string Text(string what)
    {
        _reader.Read();
        return CurrentText(what);
    }

    /// <summary>The current token, which must be text.</summary>
    public readonly string CurrentText(string what)
    {
        Expect(JsonTokenType.String, what, "text");
        return _reader.GetString() is { Length: > 0 } value ? value : throw Mistake($"{what} is empty");
    }

    /// <summary>Goes on to the next token, which must be one of some words.</summary>
    public T Choice<T>(string what)
        where T : struct, Enum
    {
        var value = Text(what);
        return Enum.GetNames<T>().Contains(value, StringComparer.Ordinal) ? Enum.Parse<T>(value) : throw Mistake($"\"{value}\" is no value of {what}; valid are {string.Join(", ", Enum.GetNames<T>())}");
    }

    /// <summary>Goes on to the next token, which must be true or false.</summary>
    public bool Flag(string what)
    {
        _reader.Read();
        return _reader.TokenType is JsonTokenType.True or JsonTokenType.False ? _reader.GetBoolean() : throw Mistake($"{what} must be true or false");
    }

    /// <summary>Goes on to the next token, which must be a number within bounds.</summary>
    public decimal Number(string what, string form, decimal least, decimal most)
    {
        _reader.Read();
        return _reader.TokenType == JsonTokenType.Number && _reader.TryGetDecimal(out var number) && number >= least && number <= most ? number : throw Mistake($"{what} must be {form}");
    }

    /// <summary>Goes on behind the policy, where there is nothing but white space and comments.</summary>
    public void End() => _reader.Read();

    private void Next(JsonTokenType type, string what, string form)
    {
        _reader.Read();
        Expect(type, what, form);
    }

    private readonly void Expect(JsonTokenType type, string what, string form)
    {
        if (_reader.TokenType != type)
        {
            throw Mistake($"{what} must be {form}");
        }
    }
}
