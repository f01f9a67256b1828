using System.Xml;

namespace SandboxedBuild.Tasks;

/// <summary>
/// Finds the target that holds a task. MSBuild tells a task the file, line and column of its element, but not the target; the target's
/// element is the one around it.
/// </summary>
internal static class TargetLocator
{
    private static readonly XmlReaderSettings s_settings = new() { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null, IgnoreComments = true };

    /// <summary>The target, or null when the file does not have one there.</summary>
    public static LocatedTarget? TargetAt(string file, int line, int column)
    {
        if (!File.Exists(file))
        {
            return null;
        }

        try
        {
            using var reader = XmlReader.Create(file, s_settings);
            return Search(reader, line, column);
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static LocatedTarget? Search(XmlReader reader, int line, int column)
    {
        LocatedTarget? target = null;
        LocatedTarget? found = null;
        var position = (IXmlLineInfo)reader;
        while (reader.Read())
        {
            // The reader's position is that of the name, MSBuild's that of the bracket before it.
            if (position.LineNumber > line || (position.LineNumber == line && position.LinePosition > column + 1))
            {
                break;
            }

            switch (reader.NodeType)
            {
                case XmlNodeType.Element when reader.LocalName == "Target" && reader.Depth == 1:
                    target = !reader.IsEmptyElement && reader.GetAttribute("Name") is { } name ? new(Escaping.Unescape(name), reader.GetAttribute("Inputs")) : null;
                    break;
                case XmlNodeType.EndElement when reader.LocalName == "Target" && reader.Depth == 1:
                    target = null;
                    break;
                case XmlNodeType.Element:
                    found = target;
                    break;
            }
        }

        return found;
    }
}

/// <summary>A target as its file has it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Inputs">Its Inputs as they are written, with properties and items in them; null without.</param>
internal sealed record LocatedTarget(string Name, string? Inputs);
