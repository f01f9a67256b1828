using System.Collections.Immutable;

namespace SandboxedBuild.Policies;

/// <summary>Commands that read, with their options that only read. Left out are also those that never end (<c>tail -f</c>), and <c>tac</c>, which writes a file for a pipe.</summary>
internal static class ReadingCommands
{
    private const string Sums = "-bctwz --binary --check --tag --text --warn --zero --quiet --status --strict --ignore-missing";

    private static readonly Dictionary<string, string> s_options = new(StringComparer.Ordinal)
    {
        ["ls"] = "-1AaBbCcdFfGgHhikLlmNnopQqRrSsTtUuvXx -I: -w: --all --almost-all --color[=] --directory --full-time --group-directories-first --human-readable --inode --recursive --reverse --size --sort= --time= --time-style= --classify[=] --ignore=",
        ["cat"] = "-AbEensTtuv --show-all --number --number-nonblank --squeeze-blank --show-ends --show-tabs --show-nonprinting",
        ["head"] = "-# -qvz -c: -n: --bytes= --lines= --quiet --silent --verbose --zero-terminated",
        ["tail"] = "-# -qvz -c: -n: --bytes= --lines= --quiet --silent --verbose --zero-terminated",
        ["wc"] = "-clLmw --bytes --chars --lines --max-line-length --words",
        ["grep"] = "-# -abcEFGHhiLlnoPqRrsTvwxyZz -A: -B: -C: -e: -f: -m: --extended-regexp --fixed-strings --basic-regexp --perl-regexp --regexp= --file= --ignore-case --no-ignore-case --invert-match --word-regexp --line-regexp --count --color[=] --colour[=] --files-with-matches --files-without-match --max-count= --only-matching --quiet --silent --no-messages --byte-offset --with-filename --no-filename --line-number --after-context= --before-context= --context= --text --recursive --dereference-recursive --include= --exclude= --exclude-dir= --null --null-data",
        ["pwd"] = "-LP",
        ["uname"] = "-aimnoprsv --all --kernel-name --nodename --kernel-release --kernel-version --machine --processor --hardware-platform --operating-system",
        ["whoami"] = "",
        ["id"] = "-GgnruZz --group --groups --name --real --user --zero",
        ["nproc"] = "--all --ignore=",
        ["basename"] = "-az -s: --multiple --suffix= --zero",
        ["dirname"] = "-z --zero",
        ["realpath"] = "-eLmPqsz --canonicalize-existing --canonicalize-missing --logical --physical --quiet --relative-to= --relative-base= --strip --no-symlinks --zero",
        ["readlink"] = "-efmnqsvz --canonicalize --canonicalize-existing --canonicalize-missing --no-newline --quiet --silent --verbose --zero",
        ["stat"] = "-fLt -c: --dereference --file-system --format= --printf= --terse",
        ["du"] = "-0abcDHhkLlmPSsx -B: -d: --all --apparent-size --block-size= --bytes --total --dereference --human-readable --max-depth= --null --one-file-system --si --summarize --exclude= --separate-dirs",
        ["df"] = "-aHhiklPT -B: -t: -x: --all --block-size= --exclude-type= --human-readable --inodes --local --no-sync --output[=] --portability --print-type --si --total --type=",
        ["sort"] = "-bCcdfghiMmnRrsuVz -k: -t: --check[=] --dictionary-order --field-separator= --general-numeric-sort --human-numeric-sort --ignore-case --ignore-leading-blanks --ignore-nonprinting --key= --merge --month-sort --numeric-sort --reverse --sort= --stable --unique --version-sort --zero-terminated",
        ["uniq"] = "-cDdiuz -f: -s: -w: --all-repeated[=] --check-chars= --count --group[=] --ignore-case --repeated --skip-chars= --skip-fields= --unique --zero-terminated",
        ["comm"] = "-123z --check-order --nocheck-order --output-delimiter= --total --zero-terminated",
        ["cut"] = "-nsz -b: -c: -d: -f: --bytes= --characters= --complement --delimiter= --fields= --only-delimited --output-delimiter= --zero-terminated",
        ["tr"] = "-Ccdst --complement --delete --squeeze-repeats --truncate-set1",
        ["seq"] = "-# -w -f: -s: --equal-width --format= --separator=",
        // Without -l, which runs pr.
        ["diff"] = "-aBbcdEeiNnpqrsTtuwyZ -C: -F: -I: -L: -U: -W: -x: --brief --color[=] --context[=] --exclude= --expand-tabs --ignore-all-space --ignore-blank-lines --ignore-case --ignore-matching-lines= --ignore-space-change --ignore-tab-expansion --ignore-trailing-space --initial-tab --label= --left-column --minimal --new-file --normal --no-dereference --recursive --report-identical-files --side-by-side --strip-trailing-cr --suppress-common-lines --text --unified[=] --width=",
        ["cmp"] = "-bls -n: -i: --bytes= --ignore-initial= --print-bytes --quiet --silent --verbose",
        // Without -C, which writes, and -z, which runs programs.
        ["file"] = "-0bhikLNr --brief --dereference --keep-going --mime --mime-encoding --mime-type --no-dereference --no-pad --print0 --raw",
        ["md5sum"] = Sums,
        ["sha1sum"] = Sums,
        ["sha224sum"] = Sums,
        ["sha256sum"] = Sums,
        ["sha384sum"] = Sums,
        ["sha512sum"] = Sums,
        ["cksum"] = Sums,
    };

    /// <summary>Every one, by its name.</summary>
    public static IEnumerable<KeyValuePair<string, ListedCommand>> All =>
    [
        .. s_options.Where(static pair => pair.Key != "uniq").Select(static pair => Entry(pair.Key, pair.Value, static _ => true)),
        // A second operand is a file to write. Where options end at the first operand (POSIXLY_CORRECT), a later option is one.
        Entry("uniq", s_options["uniq"], static arguments => arguments is { Operands.Length: <= 1, OptionsFirst: true }),
        // An operand of another form sets the clock.
        Entry("date", "-uR -d: -r: -I? --date= --iso-8601[=] --reference= --rfc-3339= --rfc-email --universal --utc", static arguments => arguments.Operands is [] or [['+', ..]]),
        new("echo", static (_, _) => ListedEffect.Reads),
        new("true", static (_, _) => ListedEffect.Reads),
        new("false", static (_, _) => ListedEffect.Reads),
        new(":", static (_, _) => ListedEffect.Reads),
        new("printf", static (arguments, _) => arguments is [not ['-', ..], ..] && !arguments.Any(TestExpression.MayBeEvaluated) ? ListedEffect.Reads : null),
        new("exit", static (arguments, _) => arguments is [] || (arguments is [var code] && code.All(char.IsAsciiDigit)) ? ListedEffect.Reads : null),
        new("test", static (arguments, _) => TestExpression.OnlyReads(arguments)),
        new("[", static (arguments, _) => arguments is [.. var expression, "]"] ? TestExpression.OnlyReads(expression) : null),
        // global.json may lead to a dotnet in the tree.
        new("dotnet", static (arguments, _) => arguments is ["--version" or "--info" or "--list-sdks" or "--list-runtimes"] ? ListedEffect.FollowsSettings : null),
    ];

    private static KeyValuePair<string, ListedCommand> Entry(string name, string options, Func<ListedArguments, bool> fits)
    {
        var syntax = new OptionSyntax(options);
        return new(name, (arguments, _) => syntax.Read(arguments) is { } read && fits(read) ? ListedEffect.Reads : null);
    }
}
