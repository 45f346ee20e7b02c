//go:build (amd64 || arm64) && !noffi

package load

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// extension is that of cached libraries.
const extension = ".dll"

// makePrivate makes a folder for the user alone, unless it is there. What is made in it later is the user's alone too.
func makePrivate(dir string) error {
	user, err := currentUser()
	if err != nil {
		return err
	}
	access, err := windows.SecurityDescriptorFromString(fmt.Sprintf("O:%[1]sD:P(A;OICI;FA;;;%[1]s)", user))
	if err != nil {
		return err
	}
	name, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return err
	}
	attributes := windows.SecurityAttributes{SecurityDescriptor: access}
	attributes.Length = uint32(unsafe.Sizeof(attributes))
	err = windows.CreateDirectory(name, &attributes)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return &os.PathError{Op: "mkdir", Path: dir, Err: err}
	}
	return nil
}

func currentUser() (*windows.SID, error) {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return nil, err
	}
	return user.User.Sid, nil
}

// private returns what lets others write to a file or folder. Windows has no modes.
func private(path string, _ fs.FileInfo, _ fs.FileMode) error {
	user, err := currentUser()
	if err != nil {
		return err
	}
	access, err := windows.GetNamedSecurityInfo(path, windows.SE_FILE_OBJECT,
		windows.OWNER_SECURITY_INFORMATION|windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		return err
	}
	owner, _, err := access.Owner()
	if err != nil {
		return err
	}
	if !trusted(owner, user) {
		return errors.New("belongs to another user")
	}
	list, _, err := access.DACL()
	if err != nil {
		return err
	}
	return onlyFor(user, list)
}

// trusted reports whether a name is the user's, or that of those who may do anything anyway.
func trusted(sid, user *windows.SID) bool {
	return sid.Equals(user) ||
		sid.IsWellKnown(windows.WinLocalSystemSid) ||
		sid.IsWellKnown(windows.WinBuiltinAdministratorsSid)
}

// writing is the rights to change a file or folder, or who may.
const writing = windows.FILE_WRITE_DATA | windows.FILE_APPEND_DATA | windows.FILE_WRITE_EA | windows.FILE_WRITE_ATTRIBUTES |
	fileDeleteChild | windows.DELETE | windows.WRITE_DAC | windows.WRITE_OWNER | windows.GENERIC_WRITE | windows.GENERIC_ALL

const fileDeleteChild = 0x40

// onlyFor returns an error when a list allows others than the user to write.
func onlyFor(user *windows.SID, list *windows.ACL) error {
	if list == nil {
		return errors.New("lets everybody write")
	}
	for i := range list.AceCount {
		var entry *windows.ACCESS_ALLOWED_ACE
		if err := windows.GetAce(list, uint32(i), &entry); err != nil {
			return err
		}
		switch entry.Header.AceType {
		case windows.ACCESS_DENIED_ACE_TYPE:
		case windows.ACCESS_ALLOWED_ACE_TYPE:
			sid := (*windows.SID)(unsafe.Pointer(&entry.SidStart))
			if entry.Mask&writing != 0 && !trusted(sid, user) {
				return fmt.Errorf("lets %s write", sid)
			}
		default:
			return fmt.Errorf("has an access rule of the unknown type %d", entry.Header.AceType)
		}
	}
	return nil
}
