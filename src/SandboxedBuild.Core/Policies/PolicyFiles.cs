using System.Text;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Policies;

/// <summary>Policy files on the disk.</summary>
internal static class PolicyFiles
{
    /// <summary>Reads a project's policy file.</summary>
    /// <exception cref="SandboxException">It cannot be read or is not in the form of a policy.</exception>
    public static PolicyFile Read(string file) => Read(file, PolicyScope.OfProject(file));

    /// <summary>Reads the user's own policy file; null when there is none.</summary>
    /// <exception cref="SandboxException">It cannot be read or is not in the form of a policy.</exception>
    public static PolicyFile? ReadUsers(CallerEnvironment caller) => UsersPath(caller) is { } file && Path.Exists(file) ? Read(file, PolicyScope.OfUser(caller.Home)) : null;

    /// <summary>Where the user's own policy file is or would be; null without a home.</summary>
    public static string? UsersPath(CallerEnvironment caller) => caller.Configuration is { } directory ? Path.Combine(directory, "sandboxed-build", "policy.json") : null;

    /// <summary>
    /// Writes a policy file, whole or not at all: a build that reads it meanwhile sees the old one or the new one. Mode and owner stay; where the
    /// file is a symlink, what it leads to is written, for the link is what its owner wants there.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="text">Its new text.</param>
    /// <param name="before">What it held when the text was made; null for no file.</param>
    /// <returns>Whether it was written; not if it holds something else now.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static bool Write(string file, string text, byte[]? before)
    {
        var target = new FileInfo(file).LinkTarget is null ? file : File.ResolveLinkTarget(file, returnFinalTarget: true)!.FullName;
        var directory = Directory.CreateDirectory(Path.GetDirectoryName(target)!).FullName;
        var temporary = Path.Combine(directory, $".{Path.GetFileName(target)}.{Path.GetRandomFileName()}");
        try
        {
            WriteNew(temporary, text, before is null ? null : target);
            if (before is null ? Path.Exists(target) : !File.Exists(target) || !File.ReadAllBytes(target).AsSpan().SequenceEqual(before))
            {
                return false;
            }

            File.Move(temporary, target, overwrite: before is not null);
            return true;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static PolicyFile Read(string file, PolicyScope scope) => PolicyReader.Read(file, Bytes(file), scope);

    private static void WriteNew(string file, string text, string? like)
    {
        using (var stream = new FileStream(file, FileMode.CreateNew, FileAccess.Write))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }

        if (like is not null)
        {
            KeepOwner(file, like);
            File.SetUnixFileMode(file, File.GetUnixFileMode(like));
        }
    }

    /// <summary>Root may edit what is somebody else's.</summary>
    private static void KeepOwner(string file, string like)
    {
        using var directory = Opening.Directory(Path.GetDirectoryName(file)!);
        var name = Encoding.UTF8.GetBytes(Path.GetFileName(file));
        if (Stat.TryOf(directory, name) is { } made && Stat.TryOf(directory, Encoding.UTF8.GetBytes(Path.GetFileName(like))) is { } own && (made.Uid, made.Gid) != (own.Uid, own.Gid))
        {
            Ownership.SetOwner(directory, name, own.Uid, own.Gid);
        }
    }

    /// <summary>The bytes of a policy file.</summary>
    /// <exception cref="SandboxException">It cannot be read.</exception>
    public static byte[] Bytes(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputDiagnostics.InvalidPolicy(file, 0, 0, e.Message).AsException();
        }
    }
}
