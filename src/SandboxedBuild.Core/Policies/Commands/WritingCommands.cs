using System.Collections.Immutable;

namespace SandboxedBuild.Policies;

/// <summary>
/// Commands that write, and only to the paths among their operands. The bounds must hold them all, those that are only read too:
/// then nothing depends on which is which.
/// </summary>
internal static class WritingCommands
{
    /// <summary>Every one, by its name.</summary>
    public static IEnumerable<KeyValuePair<string, ListedCommand>> All =>
    [
        Entry("mkdir", "-pv -m: --mode= --parents --verbose"),
        Entry("touch", "-acfm -d: -h -r: -t: --date= --no-create --no-dereference --reference= --time="),
        Entry("cp", "-adfHLnPpRruvxT -t: --archive --force --dereference --no-dereference --no-clobber --no-target-directory --one-file-system --parents --preserve[=] --recursive --target-directory= --update[=] --verbose"),
        Entry("mv", "-fnuvT -t: --force --no-clobber --no-target-directory --target-directory= --update[=] --verbose"),
        Entry("tee", "-ai --append --ignore-interrupts"),
        new("cd", static (arguments, bounds) => arguments is [not ['-', ..] and var directory] && bounds.Hold(directory) ? ListedEffect.Writes : null),
    ];

    private static KeyValuePair<string, ListedCommand> Entry(string name, string options)
    {
        var syntax = new OptionSyntax(options);
        return new(name, (arguments, bounds) =>
            syntax.Read(arguments) is { } read && read.Operands.All(bounds.Hold) && read.Values.All(value => value.Option is not ("t" or "target-directory") || name == "touch" || bounds.Hold(value.Value))
                ? ListedEffect.Writes
                : null);
    }
}
