using System.Text;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Auditing;

/// <summary>Where the log of a user is kept: with the state of overlays, in a directory that nobody else may enter.</summary>
internal static class AuditPlace
{
    /// <summary>Others may keep theirs in the same state directory.</summary>
    private static readonly string s_name = $"log-{Caller.Uid}";

    /// <summary>Opens the directory, and makes it if it is not there.</summary>
    /// <param name="roots">What steps may change: the log is not in there.</param>
    /// <param name="configured">Where overlays are to be kept, or null for the usual places.</param>
    /// <param name="environment">The caller's, for the cache directory.</param>
    /// <exception cref="IOException">There is none that can be written to and is the user's own.</exception>
    public static Descriptor Open(IReadOnlyCollection<string> roots, string? configured, CallerEnvironment environment)
    {
        var refusal = "there is no directory for it: HOME is not set";
        foreach (var parent in Parents(roots.FirstOrDefault(), configured, environment))
        {
            if (roots.FirstOrDefault(root => RealPath.IsAtOrBelow(RealPath.OfFuture(parent), RealPath.OfFuture(root))) is { } around)
            {
                refusal = $"{parent} lies in {around}, which steps may change";
            }
            else if (TryMakeIn(parent, out var reason))
            {
                return OpenIn(parent);
            }
            else
            {
                refusal = reason;
            }
        }

        throw new IOException(refusal);
    }

    /// <summary>Where it is, or will be, for steps to keep away from; null where there is no place for it. Another one is taken only where nothing can be written there.</summary>
    /// <param name="roots">What steps may change.</param>
    /// <param name="configured">Where overlays are to be kept, or null for the usual places.</param>
    /// <param name="environment">The caller's, for the cache directory.</param>
    public static string? Of(IReadOnlyCollection<string> roots, string? configured, CallerEnvironment environment) =>
        Parents(roots.FirstOrDefault(), configured, environment).FirstOrDefault() is { } parent ? Path.Combine(RealPath.OfFuture(parent), s_name) : null;

    /// <summary>Opens those that there are, for a look at all that was logged by steps in a root.</summary>
    public static IEnumerable<Descriptor> OpenAll(string? root, string? configured, CallerEnvironment environment)
    {
        foreach (var parent in Parents(root, configured, environment).Where(parent => Path.Exists(Path.Combine(parent, s_name))))
        {
            yield return OpenIn(parent);
        }
    }

    /// <summary>Accounts that are nobody's have a home that is not there, and it is not made for a log.</summary>
    private static IEnumerable<string> Parents(string? root, string? configured, CallerEnvironment environment) => configured is not null
        ? [configured]
        : new[] { environment.Cache is { } cache && Path.Exists(Path.GetDirectoryName(cache)) ? Path.Combine(cache, "sandboxed-build") : null, root is null ? null : StateLocation.Beside(RealPath.OfFuture(root)) }.OfType<string>();

    /// <summary>Whether it is there, whatever it is; or could be made.</summary>
    private static bool TryMakeIn(string parent, out string reason)
    {
        reason = string.Empty;
        var name = Encoding.UTF8.GetBytes(s_name);
        try
        {
            if (!Directory.Exists(parent))
            {
                Directory.CreateDirectory(parent, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            using var above = Opening.Directory(parent);
            if (Stat.TryOf(above, name) is null)
            {
                Naming.MakeDirectory(above, name, StateLocation.Private);
            }

            return true;
        }
        catch (SystemCallException e) when (e.Error == Errno.Exists)
        {
            // Another step made it at this moment.
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            reason = e.Message;
            return false;
        }
    }

    private static Descriptor OpenIn(string parent)
    {
        using var above = Opening.Directory(parent);

        // Not through a symlink; and beside a root in /tmp, anybody can make one.
        var directory = Opening.Child(above, Encoding.UTF8.GetBytes(s_name));
        if (StateLocation.IsPrivate(directory))
        {
            return directory;
        }

        directory.Dispose();
        throw new IOException($"{Path.Combine(parent, s_name)} belongs to another user, or others may write to it");
    }
}
