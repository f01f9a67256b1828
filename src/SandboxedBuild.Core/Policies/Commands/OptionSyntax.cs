using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;

namespace SandboxedBuild.Policies;

/// <summary>The arguments of a listed command, taken apart.</summary>
/// <param name="Operands">The arguments that are no options.</param>
/// <param name="Values">The values of options, by the option without dashes.</param>
/// <param name="OptionsFirst">Whether no option stands behind an operand.</param>
internal sealed record ListedArguments(ImmutableArray<string> Operands, ImmutableArray<(string Option, string Value)> Values, bool OptionsFirst);

/// <summary>
/// The options that a listed command may have, as getopt_long(3) reads them, operands in between. Every other option is refused: abbreviated
/// ones, and values that stand apart and look like options, so that nothing depends on whether an option takes one.
/// </summary>
internal sealed class OptionSyntax
{
    private enum Value
    {
        None,
        Attached,
        Required,
    }

    private readonly FrozenDictionary<char, Value> _short;
    private readonly FrozenDictionary<string, Value> _long;
    private readonly bool _numbers;
    private readonly bool _longValuesApart;

    /// <summary>
    /// The options, parted by blanks: <c>-abc</c> are three; <c>-n:</c> takes a value, attached or as the next word; <c>-u?</c> takes one that is
    /// attached, or none; <c>--long</c>, <c>--long=</c> and <c>--long[=]</c> likewise; <c>-#</c> is a number, as in <c>head -5</c>.
    /// </summary>
    /// <param name="options">The options.</param>
    /// <param name="longValuesApart">Whether the value of a long option may be the next word: git takes it so for some, and for others not.</param>
    public OptionSyntax(string options, bool longValuesApart = true)
    {
        _longValuesApart = longValuesApart;
        var (shorts, longs) = (new Dictionary<char, Value>(), new Dictionary<string, Value>(StringComparer.Ordinal));
        foreach (var option in options.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (option.StartsWith("--", StringComparison.Ordinal))
            {
                var value = option.EndsWith("[=]", StringComparison.Ordinal) ? Value.Attached : option[^1] == '=' ? Value.Required : Value.None;
                longs.Add(option[2..].TrimEnd('[', '=', ']'), value);
            }
            else if (option == "-#")
            {
                _numbers = true;
            }
            else
            {
                foreach (var letter in option[1..].TrimEnd(':', '?'))
                {
                    shorts.Add(letter, option[^1] switch { ':' => Value.Required, '?' => Value.Attached, _ => Value.None });
                }
            }
        }

        (_short, _long) = (shorts.ToFrozenDictionary(), longs.ToFrozenDictionary(StringComparer.Ordinal));
    }

    /// <summary>Takes arguments apart; null when one of them is an option that is not known.</summary>
    public ListedArguments? Read(IEnumerable<string> arguments)
    {
        var (operands, values, first) = (ImmutableArray.CreateBuilder<string>(), ImmutableArray.CreateBuilder<(string Option, string Value)>(), true);
        using var words = arguments.GetEnumerator();
        while (words.MoveNext())
        {
            var word = words.Current;
            if (word == "--")
            {
                while (words.MoveNext())
                {
                    operands.Add(words.Current);
                }
            }
            else if (word.Length < 2 || word[0] != '-')
            {
                operands.Add(word);
            }
            else
            {
                first &= operands.Count == 0;
                if (!(_numbers && IsNumber(word)) && !(word[1] == '-' ? ReadLong(word[2..], words, values) : ReadShort(word, words, values)))
                {
                    return null;
                }
            }
        }

        return new(operands.DrainToImmutable(), values.DrainToImmutable(), first);
    }

    /// <summary>Whether a word is a dash with a number behind it.</summary>
    public static bool IsNumber(string word) => word.Length > 1 && word[0] == '-' && int.TryParse(word.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private bool ReadLong(string word, IEnumerator<string> words, ImmutableArray<(string Option, string Value)>.Builder values)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? word : word[..equals];
        if (!_long.TryGetValue(name, out var value) || (value == Value.None && equals >= 0))
        {
            return false;
        }

        if (equals >= 0)
        {
            values.Add((name, word[(equals + 1)..]));
        }

        return equals >= 0 || value != Value.Required || (_longValuesApart && ReadNext(name, words, values));
    }

    private bool ReadShort(string word, IEnumerator<string> words, ImmutableArray<(string Option, string Value)>.Builder values)
    {
        for (var index = 1; index < word.Length; index++)
        {
            if (!_short.TryGetValue(word[index], out var value))
            {
                return false;
            }

            if (value != Value.None)
            {
                var (name, rest) = (word[index].ToString(), word[(index + 1)..]);
                if (rest.Length > 0)
                {
                    values.Add((name, rest));
                }

                return rest.Length > 0 || value == Value.Attached || ReadNext(name, words, values);
            }
        }

        return true;
    }

    private static bool ReadNext(string name, IEnumerator<string> words, ImmutableArray<(string Option, string Value)>.Builder values)
    {
        if (!words.MoveNext() || (words.Current.StartsWith('-') && words.Current.Length > 1 && !IsNumber(words.Current)))
        {
            return false;
        }

        values.Add((name, words.Current));
        return true;
    }
}
