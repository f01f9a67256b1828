using System.Collections.Frozen;
using System.Collections.Immutable;

namespace SandboxedBuild.Policies;

/// <summary>The expressions of <c>find</c> that neither write nor run anything.</summary>
internal static class FindExpression
{
    private static readonly FrozenSet<string> s_alone = FrozenSet.ToFrozenSet(
        "-H -L -P -a -and -o -or -not -true -false -depth -xdev -mount -daystart -noleaf -empty -executable -readable -writable -nouser -nogroup -print -print0 -ls -prune -quit".Split(' '),
        StringComparer.Ordinal);

    private static readonly FrozenSet<string> s_withValue = FrozenSet.ToFrozenSet(
        "-maxdepth -mindepth -name -iname -path -ipath -wholename -regex -iregex -regextype -lname -ilname -type -xtype -size -perm -user -group -uid -gid -links -inum -samefile -newer -anewer -cnewer -newermt -amin -atime -cmin -ctime -mmin -mtime -printf".Split(' '),
        StringComparer.Ordinal);

    /// <summary>Every word with a dash in front must be one of these. A value with one must be a number: nothing depends on which of them take a value.</summary>
    public static ListedEffect? OnlyReads(ImmutableArray<string> arguments, Bounds bounds)
    {
        for (var index = 0; index < arguments.Length; index++)
        {
            if (s_withValue.Contains(arguments[index]))
            {
                index++;
                if (index == arguments.Length || (arguments[index] is ['-', var after, ..] && !char.IsAsciiDigit(after)))
                {
                    return null;
                }
            }
            else if (arguments[index] is ['-', ..] && !s_alone.Contains(arguments[index]))
            {
                return null;
            }
        }

        return ListedEffect.Reads;
    }
}
