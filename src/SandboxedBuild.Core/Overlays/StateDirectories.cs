namespace SandboxedBuild.Overlays;

/// <summary>What lies in a directory of states, which others add to and take from at the same time.</summary>
internal static class StateDirectories
{
    /// <summary>Whether an entry of a tree is named as what overlays keep beside a root: no part of the tree.</summary>
    public static bool IsOfOverlays(ReadOnlySpan<byte> name) => name.StartsWith(".sandboxed-build"u8);

    /// <summary>The directories in it; none where it went at this moment.</summary>
    public static List<string> In(string parent)
    {
        try
        {
            return [.. Directory.EnumerateDirectories(parent)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    /// <summary>The links in it that are named as states are, whether there is anything behind them or not.</summary>
    public static IEnumerable<FileInfo> Links(string parent)
    {
        try
        {
            return [.. new DirectoryInfo(parent).EnumerateFileSystemInfos().Where(static entry => entry.LinkTarget is not null && OverlayId.Is(entry.Name)).Select(static entry => new FileInfo(entry.FullName))];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    /// <summary>Makes a directory that goes with the last state in it, and puts something into it, again if it went in between.</summary>
    public static void PutInto(string place, Action put)
    {
        while (true)
        {
            Directory.CreateDirectory(place, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            try
            {
                put();
                return;
            }
            catch (IOException) when (!Directory.Exists(place))
            {
                // The last one that was in it went.
            }
        }
    }

    /// <summary>Removes a file, or a link to a state, if it is there.</summary>
    public static void Drop(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // What it was in went before it.
        }
    }

    /// <summary>Removes a directory if nothing is in it.</summary>
    /// <returns>Whether it is gone.</returns>
    public static bool TryLeave(string place)
    {
        try
        {
            Directory.Delete(place);
            return true;
        }
        catch (IOException)
        {
            // Something is in it, or came at this moment; or somebody else has removed it.
            return !Directory.Exists(place);
        }
    }
}
