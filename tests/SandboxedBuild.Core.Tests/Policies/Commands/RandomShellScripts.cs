namespace SandboxedBuild.Core.Tests;

/// <summary>Scripts that are likely to be read in two ways.</summary>
internal sealed class RandomShellScripts(int seed)
{
    private static readonly string[] Real =
    [
        "a 'b c' && b \"$Y\" || no; ab > f 2>&1\n",
        "( a; no ) | b && { ab; ba > f; } 2>>d/f\n",
        "A='x y' a b; no || A=b b \\\n  --out=f -- 'it'\\''s' \"a\\\"b\"\n",
        "a <<E | b > f\nbody $Y `\nE\nab\n",
        "a <<'E' <<-B && b\n$(no)\nE\n\tx\n\tB\nab x#y # z; b\n",
        "! a | no & b; cd d && a >f\n",
        "a ${Y} $Z \"${Y}\" ~ {} HEAD~1 a=~ 3>f <f >&2 2>&-\n",
        "# one\n\n a \\; b '&&' \\| \"a;b\" ; no&&b||ab&\n",
        "[ -f a ] && b; a ']' '[' \"$\" a$ $\n",
        "{\na b\n(b)\n} | (ab)\nno | ba\n",
    ];

    private static readonly string[] Fragments =
    [
        "a", "b", "no", "ab", " a ", " b ", " a b ", "o", " ", " ", " ", "\t", "\n", "\n", ";", "; ", "&", "&&", " && ", "||", "|", " | ", "(", ")", "( ", " )", "{", "}", "{ ", " ; }", "!", "! ", "'", "'", "''", "\"", "\"", "\"\"",
        "\\", "\\\n", " \\\n", "\\\\", "\\'", "\\\"", "\\ ", "\\$", "$", "$Y", "${Y}", "$Z", "$(b)", "`b`", "$((1))", "${Y:-b}", "\"$Y\"", "\"$(b)\"", "$'b'", "$\"b\"", "#", " #", "# b\n", ">f", " > f", ">>f", ">|f", "<f", "<>f", "2>f", "2>&1", ">&", ">&-", "1", "2", "12",
        "&>f", "|&", "<<<", "<<E\n", "\nE\n", "\nE\n", "E\n", "<<E", "E", "<<'E'\n", "<<-E\n", "\t", "<<", "<", ">", "<(b)", ">(b)", "A=b ", "A=", "A='x y' ", "A+=b ", "PATH=d ", "IFS=b ", "=", "~", "*", "?", "[", "]", "[ a ]", "{a,b}", "{1..2}", ",", "..", "if ", "then ", "fi", "for ", "in ", "do ", "done", "while ", "case ", "esac", ";;",
        "eval b", "eval ", "exec ", "alias a=b\n", ". f", "cd d;", "set -- b;", "b()", "() { b; }", "time ", "[[ ", " ]]", "((", "))", "function ", "-", "--", "é", "日", "\u00e0", "\u0085", "\u00a0", "\r", "\u0001", "\u0081", "ш", "\u4e81",
    ];

    private readonly Random _random = new(seed);

    /// <summary>Another script.</summary>
    public string Next() => _random.Next(5) switch
    {
        0 => string.Concat(Enumerable.Range(0, 1 + _random.Next(12)).Select(_ => Fragment())),
        1 => string.Concat(Enumerable.Range(0, 1 + _random.Next(4)).Select(_ => Command())),
        2 or 3 => OfFew(),
        _ => Mutated(Real[_random.Next(Real.Length)]),
    };

    /// <summary>Of a few fragments, often: what is rare together otherwise, as here-documents are with their ends.</summary>
    private string OfFew()
    {
        string[] few = ["a", " ", "\n", .. Enumerable.Range(0, 2 + _random.Next(5)).Select(_ => Fragment())];
        return string.Concat(Enumerable.Range(0, 3 + _random.Next(12)).Select(_ => few[_random.Next(few.Length)]));
    }

    private string Command() => (_random.Next(4) == 0 ? "A=b " : "") + ShellRecording.Programs[_random.Next(5)]
        + string.Concat(Enumerable.Range(0, _random.Next(4)).Select(_ => " " + Fragment() + (_random.Next(2) == 0 ? Fragment() : "")))
        + new[] { "\n", "; ", " && ", " | ", " || ", " & ", " #x\n", ";" }[_random.Next(8)];

    private string Mutated(string script)
    {
        for (var times = 1 + _random.Next(3); times > 0 && script.Length > 0; times--)
        {
            var at = _random.Next(script.Length);
            var length = Math.Min(_random.Next(4), script.Length - at);
            script = _random.Next(4) switch
            {
                0 => script.Remove(at, length),
                1 => script.Insert(at, Fragment()),
                2 => script.Insert(at, script.Substring(_random.Next(script.Length - length + 1), length)),
                _ => script[..at] + Fragment() + script[(at + length)..],
            };
        }

        return script;
    }

    private string Fragment() => Fragments[_random.Next(Fragments.Length)];
}
