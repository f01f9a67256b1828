using System.Collections.Frozen;
using System.Collections.Immutable;

namespace SandboxedBuild.Policies;

/// <summary>What git only reads. Programs that the repository's own settings name (a monitor, a filter, a driver of differences) may run.</summary>
internal static class GitCommands
{
    private const string Difference = "--exit-code --quiet --no-ext-diff --no-textconv --no-color --color[=] --no-renames --raw --stat[=] --shortstat --numstat --summary --name-only --name-status --patch --no-patch --unified= --diff-filter= --find-renames[=] --minimal --patience --histogram --text --full-index --binary --abbrev[=] --no-abbrev --check --ignore-all-space --ignore-space-change --ignore-space-at-eol --ignore-blank-lines -pusabwRz -U: -M? -C?";

    private const string History = Difference + " -# -n: -g -i -E -F --max-count= --skip= --since= --until= --after= --before= --author= --committer= --grep= --oneline --format= --pretty[=] --date= --all --branches[=] --tags[=] --remotes[=] --graph --decorate[=] --no-decorate --reverse --merges --no-merges --first-parent --abbrev-commit --no-abbrev-commit --topo-order --date-order --follow --no-walk --left-right --cherry-pick --count";

    private static readonly FrozenDictionary<string, OptionSyntax> s_commands = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["status"] = "-sbz -u? --short --branch --porcelain[=] --long --show-stash --ahead-behind --no-ahead-behind --renames --no-renames --untracked-files[=] --ignored[=] --ignore-submodules[=]",
        ["log"] = History,
        ["show"] = History,
        ["rev-list"] = History,
        ["diff"] = Difference + " --cached --staged --merge-base",
        ["rev-parse"] = "-q --verify --quiet --short[=] --abbrev-ref[=] --symbolic-full-name --symbolic --all --branches --tags --remotes --show-toplevel --show-prefix --show-cdup --git-dir --absolute-git-dir --git-common-dir --is-inside-work-tree --is-inside-git-dir --is-bare-repository --is-shallow-repository --show-superproject-working-tree --show-object-format --path-format=",
        ["describe"] = "--all --tags --long --always --abbrev= --candidates= --exact-match --first-parent --match= --exclude= --dirty[=]",
        ["ls-files"] = "-cdmostz -x: --cached --deleted --modified --others --stage --ignored --exclude= --exclude-standard --error-unmatch --full-name --directory --no-empty-directory --abbrev[=] --deduplicate",
        ["ls-tree"] = "-drtlz --long --name-only --name-status --object-only --full-name --full-tree --abbrev[=]",
        ["cat-file"] = "-tsep",
        ["merge-base"] = "-a --all --is-ancestor --octopus --independent --fork-point",
        ["version"] = "",
    }.ToFrozenDictionary(static pair => pair.Key, static pair => new OptionSyntax(pair.Value, longValuesApart: false), StringComparer.Ordinal);

    public static ListedEffect? OnlyRead(ImmutableArray<string> arguments, Bounds bounds) => arguments switch
    {
        ["--no-pager" or "--no-optional-locks", .. var rest] => OnlyRead(rest, bounds),
        ["--version"] or ["branch", "--show-current"] => ListedEffect.FollowsSettings,
        [var name, .. var rest] when s_commands.TryGetValue(name, out var syntax) && syntax.Read(rest) is { } read && read.Values.All(static pair => FormatIsPlain(pair.Option, pair.Value)) => ListedEffect.FollowsSettings,
        _ => null,
    };

    /// <summary>A signature (<c>%G?</c>) is verified by another program, and <c>%(describe)</c> is found by another git.</summary>
    private static bool FormatIsPlain(string option, string value) =>
        option is not ("format" or "pretty") || value.Split('%').Skip(1).All(static part => part.TrimStart('+', '-', ' ') is not ['G' or '(', ..]);
}
